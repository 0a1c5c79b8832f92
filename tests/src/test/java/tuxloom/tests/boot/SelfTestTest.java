package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the image's own test program inside the guest, group by group. */
@Tag("boot")
@Timeout(900)
class SelfTestTest {
    private static final List<String> GROUPS = List.of(
            "signals", "threads", "futex", "timers", "pipes", "processes", "memory", "files", "jumps", "preemption");

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void everySelfTestOfTheGuestPasses(int cpus) throws Exception {
        try (var guest = GuestSession.with().cpus(cpus).boot()) {
            for (var group : GROUPS) {
                var output = guest.run("selftest " + group).output();
                assertThat(output).as("self-tests of %s", group).contains("PASS " + group + "/");
                var failures =
                        output.lines().filter(line -> line.startsWith("FAIL")).collect(Collectors.joining("\n"));
                assertThat(failures).as("self-tests of %s", group).isEmpty();
            }
            guest.powerOff();
        }
    }
}
