package tuxloom.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.LinkException;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.Trap;
import tuxloom.engine.WasmException;

/**
 * The program side of a worker: which program it runs, in which memory, and how the kernel and the program call each other
 * (docs/host-abi.md, sections 3 and 6). Used on the worker's thread only, but for {@link #stopGuestCode}.
 */
final class UserTask {
    private final Worker worker;
    private final ProgramLoader loader;
    private @Nullable Program program;
    private @Nullable AddressSpace space;
    private volatile @Nullable RunningProgram running;
    private GuestCalls.@Nullable Procedure entry;
    private int switches;
    private int siginfoResult = Errno.EINVAL;

    UserTask(Worker worker, Inheritance inherited) {
        this.worker = worker;
        this.loader = new ProgramLoader(worker);
        this.program = inherited.program().orElse(null);
        this.space = inherited.space().orElse(null);
    }

    ProgramLoader loader() {
        return loader;
    }

    /** Returns the memory of the program, or null for a task without one. */
    @Nullable
    Memory memory() {
        var current = space;
        return current == null ? null : current.memory();
    }

    /** Counts changes of the instance: a system call that comes back to another count must not return to its caller. */
    int switches() {
        return switches;
    }

    /** {@code instantiate}: switches to the program that was loaded, or to the inherited one in the inherited memory. */
    void instantiate(boolean freshMemory) {
        var next = loader.takePrepared().map(fresh -> freshMemory ? fresh : inCurrentMemory(fresh));
        switchTo(next.orElseGet(this::instantiateInherited));
    }

    private RunningProgram inCurrentMemory(RunningProgram fresh) {
        var current = space;
        if (current == null) {
            return fresh;
        }
        fresh.space().release();
        return holding(RunningProgram.instantiate(worker, fresh.program(), current));
    }

    private RunningProgram instantiateInherited() {
        var inherited = program;
        var current = space;
        if (inherited == null || current == null) {
            throw new IllegalStateException(
                    "the kernel instantiated a program on " + worker + ", which has none to instantiate");
        }
        try {
            return holding(RunningProgram.instantiate(worker, inherited, current));
        } catch (LinkException | Trap e) {
            // It worked in the parent, with the same memory.
            throw new IllegalStateException("a program cannot be instantiated again on " + worker, e);
        }
    }

    private static RunningProgram holding(RunningProgram made) {
        made.space().retain();
        return made;
    }

    private void switchTo(RunningProgram next) {
        var old = space;
        program = next.program();
        space = next.space();
        running = next;
        entry = next.start();
        switches++;
        if (old != null) {
            old.release();
        }
    }

    /** {@code switch_entry}: the next {@link #call} enters table[function](argument), as a clone's child does. */
    void switchEntry(int function, int argument) {
        var target = TableEntries.entry(current().instance(), function);
        entry = () -> target.call(argument);
    }

    /**
     * {@code call}: runs the program from its entry, and after an exec the new one from its own; returns when it trapped or came to
     * its end, which no well-behaved program does.
     */
    void call() {
        if (running == null && program == null) {
            return;
        }
        var stackPointer = worker.stackPointer();
        var replaced = true;
        while (replaced) {
            replaced = runEntry();
            worker.restoreStackPointer(stackPointer);
        }
    }

    /** Says whether another program is to be entered now. */
    private boolean runEntry() {
        try {
            var instance = current();
            worker.host.programRuns(worker);
            (entry == null ? instance.start() : entry).call();
            worker.host.log().debug("the program of " + worker + " returned from its entry");
        } catch (Unwinds.ProgramReplaced e) {
            return true;
        } catch (Unwinds.ProgramTrapped e) {
            // Already told where it happened.
        } catch (Trap trap) {
            tell(trap);
        } catch (WasmException e) {
            worker.host.log().debug("the program of " + worker + " threw an exception that it does not catch");
        }
        return false;
    }

    /** {@code call_signal_handler}: calls table[function](signal) of the program, inside a system call. */
    void callSignalHandler(int function, int signal) {
        var stackPointer = worker.stackPointer();
        try {
            TableEntries.entry(current().instance(), function).call(signal);
        } catch (Unwinds.SignalHandlerHalted e) {
            worker.restoreStackPointer(stackPointer);
        } catch (Trap trap) {
            tell(trap);
            throw new Unwinds.ProgramTrapped();
        }
    }

    /**
     * {@code call_siginfo_handler}: calls table[trampoline](function, signal) of the program, inside a system call.
     *
     * @return what the program's last {@code copy_siginfo} in this handler returned
     */
    int callSiginfoHandler(int trampoline, int function, int signal) {
        var outerResult = siginfoResult;
        var stackPointer = worker.stackPointer();
        siginfoResult = Errno.EINVAL;
        try {
            TableEntries.biEntry(current().instance(), trampoline).call(function, signal);
            clearSiginfo();
            return siginfoResult;
        } catch (Trap trap) {
            tell(trap);
            worker.restoreStackPointer(stackPointer);
            clearSiginfo();
            throw new Unwinds.ProgramTrapped();
        } catch (WasmException | Unwinds.ProgramReplaced | Unwinds.ProgramTrapped e) {
            worker.restoreStackPointer(stackPointer);
            clearSiginfo();
            throw e;
        } finally {
            siginfoResult = outerResult;
        }
    }

    private void clearSiginfo() {
        try {
            worker.instance()
                    .function("clear_siginfo")
                    .as(GuestCalls.Procedure.class)
                    .call();
        } catch (Trap trap) {
            throw new Unwinds.KernelTrapped(trap);
        }
    }

    /** {@code linux.copy_siginfo}, called by the program in a handler. */
    int copySiginfo(int address) {
        siginfoResult = kernelInt("copy_siginfo", address);
        return siginfoResult;
    }

    /** Returns the kernel's system call entry. */
    GuestCalls.Syscall syscall() {
        return worker.instance().function("syscall").as(GuestCalls.Syscall.class);
    }

    /** Returns the kernel's entry for interrupts of a program that computes. */
    GuestCalls.Procedure takeInterrupts() {
        return worker.instance().function("take_interrupts").as(GuestCalls.Procedure.class);
    }

    /** Calls a kernel export without parameters for the program. */
    int kernelInt(String export) {
        try {
            return worker.instance()
                    .function(export)
                    .as(GuestCalls.IntSource.class)
                    .call();
        } catch (Trap trap) {
            throw new Unwinds.KernelTrapped(trap);
        }
    }

    /** Calls a kernel export with one parameter for the program. */
    int kernelInt(String export, int argument) {
        try {
            return worker.instance()
                    .function(export)
                    .as(GuestCalls.IntOperator.class)
                    .call(argument);
        } catch (Trap trap) {
            throw new Unwinds.KernelTrapped(trap);
        }
    }

    /** Returns what a task gets that shares this task's program and memory. */
    Inheritance share() {
        return new Inheritance(
                Optional.ofNullable(program), Optional.ofNullable(space).map(AddressSpace::retain));
    }

    /** Returns what a task gets that runs this task's program in a snapshot of its memory. */
    Inheritance copy() throws MemoryAllocationException {
        var current = space;
        return current == null
                ? Inheritance.NONE
                : new Inheritance(Optional.ofNullable(program), Optional.of(current.copy()));
    }

    /** Gives the memory back; the worker's last act. */
    void end() {
        loader.abort();
        running = null;
        var current = space;
        space = null;
        if (current != null) {
            current.release();
        }
    }

    /** Makes program code that runs without waiting stop; from any thread. */
    void stopGuestCode() {
        var current = running;
        if (current != null) {
            worker.host.stopInstance(current.instance());
        }
    }

    /** Makes program code that runs without waiting take interrupts; from any thread. */
    void requestAttention() {
        var current = running;
        if (current != null) {
            current.instance().requestAttention();
        }
    }

    private RunningProgram current() {
        if (running == null) {
            instantiate(false);
        }
        var current = running;
        if (current == null) {
            throw new IllegalStateException("nothing runs on " + worker + " after it was instantiated");
        }
        return current;
    }

    private void tell(Trap trap) {
        var program = running;
        if (program != null && worker.host.log().debugEnabled()) {
            var stack = Traps.describe(
                    trap, program.instance().module(), worker.instance().module());
            worker.host.log().debug("the program of " + worker + " trapped: " + stack);
        }
    }
}
