package tuxloom.kernel;

import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.FunctionType;
import tuxloom.engine.HostFunctions;
import tuxloom.engine.Trap;
import tuxloom.engine.WasmException;
import tuxloom.engine.WasmImport;
import tuxloom.machine.StackRoom;

/** What one instance of a program may call: the module {@code linux} (docs/host-abi.md, section 6). */
final class LinuxImports {
    static final HostFunctions FUNCTIONS = HostFunctions.of(MethodHandles.lookup(), LinuxImports.class);

    /**
     * Every so many system calls look whether the program was replaced although it was not. C2 cuts out branches that were never taken while it
     * profiled; the next exec would take the hottest import back to the JVM's interpreter until C2 gets to it again.
     */
    private static final int LOOK_PERIOD = 256;

    private final Worker worker;
    private final UserTask user;
    private final StackRoom stack;
    private boolean enabled;
    private int calls;
    private GuestCalls.@Nullable Syscall syscall;
    private GuestCalls.@Nullable Procedure takeInterrupts;

    LinuxImports(Worker worker) {
        this.worker = worker;
        this.user = worker.user();
        this.stack = worker.stackRoom();
    }

    static boolean offers(String module, String name, FunctionType type) {
        return type.equals(FUNCTIONS.types().get(new HostFunctions.Name(module, name)));
    }

    /** From now on the program may call the kernel; before that, it is still being loaded inside a system call. */
    void enable() {
        enabled = true;
    }

    @WasmImport(module = "linux", name = "syscall")
    int syscall(int number, int a0, int a1, int a2, int a3, int a4, int a5) {
        checkStack();
        var kernel = syscall;
        if (kernel == null) {
            kernel = requireEnabled().syscall();
            syscall = kernel;
        }
        int result;
        var before = user.switches();
        var stackPointer = worker.stackPointer();
        try {
            result = kernel.call(number, a0, a1, a2, a3, a4, a5);
        } catch (Trap trap) {
            // Not the program's trap: it must not end in the program's user.call.
            throw new Unwinds.KernelTrapped(trap);
        } catch (WasmException e) {
            // A signal handler left by longjmp, past the kernel frames between it and this call.
            worker.restoreStackPointer(stackPointer);
            throw e;
        }
        // One comparison, so one branch: true after any switch, and where the count is a multiple of the period.
        if ((++calls & LOOK_PERIOD - 1) <= (user.switches() - before) * LOOK_PERIOD) {
            leaveIfReplaced(before);
        }
        return result;
    }

    /** Calls the kernel in the middle of the program's work; like a system call without a result. */
    void takeInterrupts() {
        if (!enabled) {
            return;
        }
        checkStack();
        var kernel = takeInterrupts;
        if (kernel == null) {
            kernel = user.takeInterrupts();
            takeInterrupts = kernel;
        }
        var before = user.switches();
        var stackPointer = worker.stackPointer();
        try {
            kernel.call();
        } catch (Trap trap) {
            throw new Unwinds.KernelTrapped(trap);
        } catch (WasmException e) {
            worker.restoreStackPointer(stackPointer);
            throw e;
        }
        leaveIfReplaced(before);
    }

    @WasmImport(module = "linux", name = "get_thread_area")
    int getThreadArea() {
        return requireEnabled().kernelInt("get_thread_area");
    }

    @WasmImport(module = "linux", name = "copy_siginfo")
    int copySiginfo(int address) {
        return requireEnabled().copySiginfo(address);
    }

    /** Generations A to E. */
    @WasmImport(module = "linux", name = "get_args_length")
    int getArgsLength() {
        return requireEnabled().kernelInt("get_args_length");
    }

    /** Generations A to E. */
    @WasmImport(module = "linux", name = "get_args")
    int getArgs(int address) {
        return requireEnabled().kernelInt("get_args", address);
    }

    /** Leaves the frames of a program that an exec has replaced since there were so many switches. */
    private void leaveIfReplaced(int switches) {
        if (user.switches() != switches) {
            throw new Unwinds.ProgramReplaced();
        }
    }

    /** The kernel runs on the program's stack and must find room: the program, whose recursion used it up, traps instead. */
    private void checkStack() {
        if (stack.isUsedUp()) {
            throw new Trap(Trap.Kind.CALL_STACK_EXHAUSTED);
        }
    }

    private UserTask requireEnabled() {
        checkStack();
        if (!enabled) {
            throw new Trap(Trap.Kind.UNREACHABLE, "the start function of a program called the kernel");
        }
        return user;
    }
}
