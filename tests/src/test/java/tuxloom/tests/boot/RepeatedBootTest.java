package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many machines, one after the other in one JVM: what a machine took is given back when it is closed. */
@Tag("boot")
@Timeout(600)
class RepeatedBootTest {
    private static final int WARM_UP = 10;
    private static final int BOOTS = 50;
    private static final int ODD_CPUS = 2;

    /** The serial collector counts some garbage as used that it has not moved together yet, except in one full collection of four. */
    private static final int COLLECTIONS = 4;

    /** What the JVM holds when no machine runs, garbage apart. Bytes where nothing else is said. */
    private record Footprint(int threads, long classes, long heap, long metaspace, long mapped) {
        /** A machine's classes go when its objects are found to be garbage, so garbage is collected first. */
        static Footprint take() throws IOException {
            for (int i = 0; i < COLLECTIONS; i++) {
                System.gc();
            }
            return new Footprint(
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().equals("Metaspace"))
                            .mapToLong(
                                    (MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
                            .sum(),
                    mappedBytes());
        }

        /** The size of the process's address space: a guest memory that stays mapped counts with its maximum. */
        private static long mappedBytes() throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmSize:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        }
    }

    @Test
    void fiftyMachinesLeaveThreadsAndMemoryAsTheyWere() throws Exception {
        for (int boot = 0; boot < WARM_UP; boot++) {
            bootAndClose(boot);
        }
        var before = Footprint.take();
        for (int boot = 0; boot < BOOTS; boot++) {
            bootAndClose(boot);
        }
        var after = Footprint.take();
        // Less than one machine's share in everything: a boot makes over 1,000 classes, 10 MB of metaspace and 256 MB
        // of guest memory.
        assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 2);
        assertThat(after.classes()).as("classes").isLessThan(before.classes() + 1_000);
        assertThat(after.heap()).as("heap").isLessThan(before.heap() + (8L << 20));
        assertThat(after.metaspace()).as("metaspace").isLessThan(before.metaspace() + (8L << 20));
        assertThat(after.mapped()).as("address space").isLessThan(before.mapped() + (256L << 20));
    }

    /** Half of them are powered off by their users, half are closed while they run. */
    private static void bootAndClose(int boot) throws Exception {
        boolean odd = boot % 2 == 1;
        try (var guest = GuestSession.with().cpus(odd ? ODD_CPUS : 1).boot()) {
            if (odd) {
                guest.powerOff();
            }
        }
    }
}
