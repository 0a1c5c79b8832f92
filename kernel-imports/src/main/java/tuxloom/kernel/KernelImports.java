package tuxloom.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.WasmImport;
import tuxloom.machine.Exit;
import tuxloom.machine.MachineStopped;

/** The imports of module {@code kernel} (docs/host-abi.md, section 3). */
final class KernelImports {
    private static final int SHARE_USER_MEMORY = 1;
    private static final int COPY_USER_MEMORY = 2;

    private static final int TERMINATED_CLEANLY = 0;
    private static final int TERMINATED_BY_PANIC = 1;
    /** Our own extension: the guest wants to be started again. */
    private static final int TERMINATED_FOR_RESTART = 2;

    private final KernelThread thread;
    private final HostClock clock;

    KernelImports(KernelThread thread) {
        this.thread = thread;
        this.clock = thread.host.clock();
    }

    @WasmImport(module = "kernel", name = "breakpoint")
    void breakpoint() {
        thread.host.log().debug("breakpoint on " + thread + "\n" + thread.stackTrace());
    }

    /** Generation A; later ones halt their workers one by one. */
    @Generations(to = Generation.A)
    @WasmImport(module = "kernel", name = "halt")
    void halt() {
        haltWorker();
    }

    @Generations(to = Generation.A)
    @WasmImport(module = "kernel", name = "restart")
    void restart() {
        thread.host.machine().stop(Exit.RESET);
        throw new MachineStopped();
    }

    @Generations(from = Generation.B)
    @WasmImport(module = "kernel", name = "halt_worker")
    void haltWorker() {
        if (!(thread instanceof Worker)) {
            throw thread.wrongThread("kernel.halt_worker");
        }
        throw new Unwinds.WorkerHalted();
    }

    @Generations(from = Generation.F)
    @WasmImport(module = "kernel", name = "terminate_machine")
    void terminateMachine(int reason) {
        switch (reason) {
            case TERMINATED_CLEANLY -> thread.host.machine().stop(Exit.POWER_OFF);
            case TERMINATED_BY_PANIC -> thread.host.kernelPanicked(thread);
            case TERMINATED_FOR_RESTART -> thread.host.machine().stop(Exit.RESET);
            default ->
                throw new IllegalStateException(
                        "the kernel terminated the machine for reason " + reason + "; 0, 1 and 2 are known");
        }
        throw new MachineStopped();
    }

    @WasmImport(module = "kernel", name = "boot_console_write")
    void bootConsoleWrite(int message, int lengthBytes) {
        var bytes = new byte[Math.clamp(Integer.toUnsignedLong(lengthBytes), 0, GuestSizes.MAX_CONSOLE_WRITE_BYTES)];
        if (GuestBytes.read(thread.memory(), message, bytes, 0, bytes.length)) {
            thread.host.progress().consoleWritten(bytes.length);
            thread.host.config().earlyConsole().write(bytes, bytes.length);
        }
    }

    @WasmImport(module = "kernel", name = "boot_console_close")
    void bootConsoleClose() {
        thread.host.log().debug("the kernel's own console takes over");
    }

    /** The hottest import of all; nobody can do anything with a real answer. */
    @WasmImport(module = "kernel", name = "return_address")
    int returnAddress(int level) {
        return 0;
    }

    @WasmImport(module = "kernel", name = "get_now_nsec")
    long getNowNsec() {
        return clock.unixNanos();
    }

    @WasmImport(module = "kernel", name = "get_stacktrace")
    void getStacktrace(int buffer, int sizeBytes) {
        var text = thread.stackTrace().getBytes(StandardCharsets.UTF_8);
        var room = Integer.toUnsignedLong(sizeBytes);
        if (room == 0) {
            return;
        }
        // Zero-terminated where there is room; the kernel looks for the end itself.
        var bytes = Arrays.copyOf(text, (int) Math.min(text.length + 1L, room));
        var _ = GuestBytes.write(thread.memory(), buffer, bytes);
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "kernel", name = "spawn_worker")
    int spawnWorker(int function, int argument, int name, int nameLength, int userMemory) {
        if (thread.host.machine().taskCount() >= GuestSizes.MAX_TASKS) {
            thread.host.log().info("the guest already has " + GuestSizes.MAX_TASKS + " tasks; it gets no more");
            return Errno.ENOMEM;
        }
        Inheritance inherited;
        try {
            inherited = inheritance(userMemory);
        } catch (MemoryAllocationException e) {
            thread.host.log().info("a copy of the program on " + thread + " is refused: " + e.getMessage());
            return Errno.ENOMEM;
        }
        if (!thread.host.spawn(taskName(name, nameLength), function, argument, inherited)) {
            inherited.drop();
            return Errno.ENOMEM;
        }
        return 0;
    }

    private Inheritance inheritance(int userMemory) throws MemoryAllocationException {
        if (!(thread instanceof Worker worker)) {
            return Inheritance.NONE;
        }
        return switch (userMemory) {
            case SHARE_USER_MEMORY -> worker.user().share();
            case COPY_USER_MEMORY -> worker.user().copy();
            default -> Inheritance.NONE;
        };
    }

    private String taskName(int name, int nameLength) {
        var length = Math.clamp(Integer.toUnsignedLong(nameLength), 0, GuestSizes.MAX_TASK_NAME_BYTES);
        return GuestBytes.text(thread.memory(), name, length);
    }

    @WasmImport(module = "kernel", name = "run_on_main")
    void runOnMain(int function, int argument) {
        thread.host.main().request(function, argument);
    }

    /** What generations A to D have instead. */
    static final class Early {
        private final KernelImports imports;

        Early(KernelImports imports) {
            this.imports = imports;
        }

        @Generations(to = Generation.D)
        @WasmImport(module = "kernel", name = "spawn_worker")
        void spawnWorker(int function, int argument, int name, int nameLength, int shareUserMemory) {
            var error = imports.spawnWorker(
                    function, argument, name, nameLength, shareUserMemory == 0 ? 0 : SHARE_USER_MEMORY);
            if (error != 0) {
                throw new IllegalStateException("the kernel cannot be told that a task was refused");
            }
        }
    }
}
