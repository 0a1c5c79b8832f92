package tuxloom.kernel;

import org.jspecify.annotations.Nullable;
import tuxloom.engine.Global;
import tuxloom.engine.Instance;
import tuxloom.engine.Memory;
import tuxloom.engine.Trap;

/**
 * One instance of the kernel and whoever runs it: main or a worker (docs/host-abi.md, section 1). The kernel instance is used by one
 * thread at a time.
 */
abstract sealed class KernelThread permits MainThread, Worker {
    final KernelHost host;
    private final String name;
    private @Nullable Instance instance;
    private @Nullable Global stackPointer;

    KernelThread(KernelHost host, String name) {
        this.host = host;
        this.name = name;
    }

    /** Makes the kernel instance; on the thread that is to run it. */
    final Instance instantiate() {
        var created = host.abi().instantiate(this);
        instance = created;
        if (created.export("__stack_pointer").orElse(null) instanceof Global global) {
            stackPointer = global;
        }
        return created;
    }

    final String name() {
        return name;
    }

    final Memory memory() {
        return host.memory();
    }

    /** The kernel instance. */
    final Instance instance() {
        if (instance == null) {
            throw new IllegalStateException(this + " has no kernel instance yet");
        }
        return instance;
    }

    final @Nullable Instance instanceOrNull() {
        return instance;
    }

    /** Returns the kernel's stack pointer, to be put back when the host unwinds kernel frames; 0 if the kernel hides it. */
    final int stackPointer() {
        return stackPointer == null ? 0 : stackPointer.getInt();
    }

    final void restoreStackPointer(int value) {
        if (stackPointer != null) {
            stackPointer.setInt(value);
        }
    }

    /** Returns entry {@code index} of the kernel's function table as a task's or callback's entry. */
    final GuestCalls.Entry entry(int index) {
        return TableEntries.entry(instance(), index);
    }

    /** Returns the text that {@code get_stacktrace} gives to the kernel. */
    final String stackTrace() {
        return instance().stackTrace();
    }

    /** Stops the machine because the kernel itself trapped on this thread. */
    final void kernelTrapped(Trap trap) {
        host.kernelTrapped(this, trap);
    }

    /** Complains that the kernel called {@code anImport} on this thread, where it must not. */
    abstract IllegalStateException wrongThread(String anImport);
}
