package tuxloom.kernel;

import org.jspecify.annotations.Nullable;
import tuxloom.engine.Memory;
import tuxloom.engine.WasmImport;

/** The imports of module {@code user}: the kernel and the program of the calling worker (docs/host-abi.md, section 3). */
final class UserImports {
    private final KernelThread thread;
    private final Memory kernelMemory;
    private final @Nullable UserTask user;

    UserImports(KernelThread thread) {
        this.thread = thread;
        this.kernelMemory = thread.memory();
        this.user = thread instanceof Worker worker ? worker.user() : null;
    }

    private UserTask user(String anImport) {
        if (user == null) {
            throw thread.wrongThread(anImport);
        }
        return user;
    }

    @Generations(to = Generation.D)
    @WasmImport(module = "user", name = "compile")
    int compile(int source, int lengthBytes) {
        return user("user.compile").loader().compile(source, lengthBytes);
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "user", name = "compile_begin")
    int compileBegin(int lengthBytes) {
        return user("user.compile_begin").loader().begin(lengthBytes);
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "user", name = "compile_write")
    int compileWrite(int source, int offset, int lengthBytes) {
        return user("user.compile_write").loader().write(source, offset, lengthBytes);
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "user", name = "compile_end")
    int compileEnd(int maximumPages) {
        return user("user.compile_end").loader().end(Integer.toUnsignedLong(maximumPages));
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "user", name = "compile_abort")
    void compileAbort() {
        user("user.compile_abort").loader().abort();
    }

    @Generations(from = Generation.C)
    @WasmImport(module = "user", name = "instantiate")
    void instantiate(int freshMemory) {
        user("user.instantiate").instantiate(freshMemory != 0);
    }

    @WasmImport(module = "user", name = "call")
    void call() {
        user("user.call").call();
    }

    @WasmImport(module = "user", name = "switch_entry")
    void switchEntry(int function, int argument) {
        user("user.switch_entry").switchEntry(function, argument);
    }

    @Generations(from = Generation.B)
    @WasmImport(module = "user", name = "call_signal_handler")
    void callSignalHandler(int function, int signal) {
        user("user.call_signal_handler").callSignalHandler(function, signal);
    }

    @Generations(from = Generation.F)
    @WasmImport(module = "user", name = "call_siginfo_handler")
    int callSiginfoHandler(int trampoline, int function, int signal) {
        return user("user.call_siginfo_handler").callSiginfoHandler(trampoline, function, signal);
    }

    /** Ends the innermost signal handler; kernels after generation B may still name it. */
    @Generations(from = Generation.B)
    @WasmImport(module = "user", name = "halt_signal_handler")
    void haltSignalHandler() {
        var _ = user("user.halt_signal_handler");
        throw new Unwinds.SignalHandlerHalted();
    }

    /** Copies from the program; the second hottest import, mostly for single bytes. */
    @WasmImport(module = "user", name = "read")
    int read(int kernelTarget, int userSource, int lengthBytes) {
        var memory = user("user.read").memory();
        return memory == null
                ? lengthBytes
                : GuestBytes.fromUser(memory, userSource, kernelMemory, kernelTarget, lengthBytes);
    }

    @WasmImport(module = "user", name = "write")
    int write(int userTarget, int kernelSource, int lengthBytes) {
        var memory = user("user.write").memory();
        return memory == null
                ? lengthBytes
                : GuestBytes.toUser(kernelMemory, kernelSource, memory, userTarget, lengthBytes);
    }

    @WasmImport(module = "user", name = "write_zeroes")
    int writeZeroes(int userTarget, int lengthBytes) {
        var memory = user("user.write_zeroes").memory();
        return memory == null ? lengthBytes : GuestBytes.zeroUser(memory, userTarget, lengthBytes);
    }

    @Generations(from = Generation.D)
    @WasmImport(module = "user", name = "futex_atomic_op")
    int futexAtomicOp(int oldValue, int userAddress, int operation, int argument) {
        var memory = user("user.futex_atomic_op").memory();
        return UserFutex.operate(kernelMemory, oldValue, memory, userAddress, operation, argument);
    }

    @Generations(from = Generation.D)
    @WasmImport(module = "user", name = "futex_atomic_cmpxchg")
    int futexAtomicCmpxchg(int oldValue, int userAddress, int expected, int replacement) {
        var memory = user("user.futex_atomic_cmpxchg").memory();
        return UserFutex.compareExchange(kernelMemory, oldValue, memory, userAddress, expected, replacement);
    }

    /** What generations A and B have instead. */
    static final class Early {
        private final UserImports imports;

        Early(UserImports imports) {
            this.imports = imports;
        }

        @Generations(to = Generation.B)
        @WasmImport(module = "user", name = "instantiate")
        void instantiate() {
            imports.user("user.instantiate").instantiate(false);
        }
    }
}
