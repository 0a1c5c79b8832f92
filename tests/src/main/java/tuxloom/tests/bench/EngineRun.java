package tuxloom.tests.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import tuxloom.engine.HostFunctions;
import tuxloom.engine.Imports;
import tuxloom.engine.Instance;
import tuxloom.engine.Limits;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.MemoryType;
import tuxloom.engine.Module;
import tuxloom.engine.WasmImport;

/**
 * Runs one workload of {@code scripts/bench engine} on Tuxloom's engine, as a guest's program, which can be interrupted, in this
 * JVM, which has done nothing else yet:
 * {@code EngineRun MODULE WORKLOAD ROUNDS REPETITIONS MILLISECONDS}. Prints what the runners of all engines print: the
 * nanoseconds and the checksum of each repetition. The first includes reading and compiling the module; after the given
 * number of milliseconds no further repetition begins.
 */
final class EngineRun {
    private static final int ENOSYS = -38;

    /** A function {@code (rounds) -> checksum}. */
    interface Workload {
        int run(int rounds);
    }

    private EngineRun() {}

    public static void main(String[] arguments) throws IOException, MemoryAllocationException {
        long begin = System.nanoTime();
        Module module = Module.parseInterruptible(Files.readAllBytes(Path.of(arguments[0])));
        Memory memory = Memory.allocate(new MemoryType(new Limits(1700, OptionalLong.of(4096)), true));
        Imports.Builder imports = Imports.builder().add("env", "memory", memory);
        HostFunctions.of(MethodHandles.lookup(), EngineRun.class).bind(new EngineRun(), imports);
        Workload workload = Instance.instantiate(module, imports.build())
                .function(arguments[1])
                .as(Workload.class);
        repeat(workload, begin, arguments);
    }

    /** Repeats a workload as the command line asks. */
    static void repeat(Workload workload, long begin, String[] arguments) {
        int rounds = Integer.parseInt(arguments[2]);
        long endNanos = begin + Long.parseLong(arguments[4]) * 1_000_000;
        long start = begin;
        for (int left = Integer.parseInt(arguments[3]); left > 0 && start <= endNanos; left--) {
            int checksum = workload.run(rounds);
            System.out.println(System.nanoTime() - start + " " + Integer.toUnsignedString(checksum));
            start = System.nanoTime();
        }
    }

    @WasmImport(module = "linux", name = "syscall")
    static int syscall(int number, int a, int b, int c, int d, int e, int f) {
        return ENOSYS;
    }

    @WasmImport(module = "linux", name = "get_thread_area")
    static int threadArea() {
        return 0;
    }
}
