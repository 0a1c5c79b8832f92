package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tuxloom.images.Images;

/** Runs the image's own test program inside the guest, group by group. */
@Tag("boot")
@Timeout(900)
class SelfTestTest {
    private static final List<String> GROUPS = List.of(
            "signals", "threads", "futex", "timers", "pipes", "processes", "memory", "files", "jumps", "preemption");

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void everySelfTestOfTheGuestPasses(int cpus) throws Exception {
        runAll(GuestSession.with().cpus(cpus));
    }

    /** Needs {@code images/build --simd-kernel}. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theyPassOnAKernelWithVectorInstructionsToo(int cpus) throws Exception {
        var kernel = Images.locate().simdKernel();
        assumeTrue(kernel.isPresent(), "no kernel was built with vector instructions");
        runAll(GuestSession.with().cpus(cpus).kernel(kernel.orElseThrow()));
    }

    /** Compiled with vectors, and with longjmp through the newer form of exceptions. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theVariantWithVectorsAndNewerExceptionsPassesThem(int cpus) throws Exception {
        try (var guest = GuestSession.with()
                .cpus(cpus)
                .readOnlyDisk(Images.locate().squashfsDisk())
                .boot()) {
            guest.run("mount -t squashfs /dev/vda /mnt").ok();
            for (var group : List.of("vectors", "jumps", "signals", "preemption")) {
                runGroup(guest, "/mnt/usr/bin/selftest-variant", group);
            }
            guest.powerOff();
        }
    }

    private static void runAll(GuestSession.Builder machine) throws Exception {
        try (var guest = machine.boot()) {
            for (var group : GROUPS) {
                runGroup(guest, "selftest", group);
            }
            guest.powerOff();
        }
    }

    private static void runGroup(GuestSession guest, String program, String group) throws InterruptedException {
        var output = guest.run(program + " " + group).output();
        assertThat(output).as("self-tests of %s", group).contains("PASS " + group + "/");
        var failures = output.lines().filter(line -> line.startsWith("FAIL")).collect(Collectors.joining("\n"));
        assertThat(failures).as("self-tests of %s", group).isEmpty();
    }
}
