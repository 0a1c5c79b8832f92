package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tuxloom.machine.Exit;

/** Nobody gets hold of a CPU by computing. */
@Tag("boot")
@Timeout(300)
class PreemptionBootTest {
    private static final String CTRL_C = "\u0003";

    /** Starts a command that first says a word and then computes for ever, and ends it by Ctrl-C. */
    private static void interrupt(GuestSession guest, String computing, String word) throws InterruptedException {
        // A shell of its own: between the start of a command and its exec, Ctrl-C is the interactive shell's.
        guest.type("sh -c 'echo %s''%s; %s; :'\n".formatted(word.charAt(0), word.substring(1), computing));
        guest.await("\\n" + word + "\\r");
        guest.type(CTRL_C);
        assertThat(guest.run("echo after $?").ok()).endsWith("after 130");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void ctrlCEndsEndlessLoops(int cpus) throws Exception {
        try (var guest = GuestSession.with().cpus(cpus).boot()) {
            interrupt(guest, "while :; do :; done", "shell");
            interrupt(guest, "selftest helper-loop", "loop");
            interrupt(guest, "selftest helper-fibonacci", "recursion");
            guest.powerOff();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void promptWorksBesideEndlessLoops(int cpus) throws Exception {
        try (var guest = GuestSession.with().cpus(cpus).boot()) {
            guest.run("while :; do :; done & :").ok();
            // The last one is what is killed below: of others that are gone before `wait`, hush forgets the status.
            for (int i = 0; i < cpus + 1; i++) {
                guest.run("selftest helper-loop & p=$!").ok();
            }
            assertThat(guest.run("echo $((6 * 7)); ls / | wc -l; sleep 0.1; uname")
                            .ok())
                    .startsWith("42\n")
                    .endsWith("Linux");
            assertThat(guest.run("kill -9 $p; wait $p; echo status $?").ok()).endsWith("status 137");
            // The others are ended by the power-off.
            guest.powerOff();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void recursionThatNeverEndsKillsOnlyItself(int cpus) throws Exception {
        try (var guest = GuestSession.with().cpus(cpus).boot()) {
            for (int how = 0; how < 4; how++) {
                assertThat(guest.run("selftest helper-recursion " + how + "; echo status $?")
                                .output())
                        .endsWith("status 139");
            }
            guest.powerOff();
        }
    }

    /** While a task waits, its stack is on the host's heap, which must not be the guest's to fill. */
    @Test
    void threadsThatWaitDeepInRecursionsEndTheirProcessOnly() throws Exception {
        try (var guest = GuestSession.with().cpus(2).boot()) {
            // The host looks at stacks from its first moment of leisure on.
            guest.run("sleep 1").ok();
            guest.run("selftest helper-deep 100 500").ok();
            for (int i = 0; i < 3; i++) {
                // A thread dies of it, or cannot be started.
                assertThat(guest.run("selftest helper-deep 1200 20000").status())
                        .isIn(4, 139);
            }
            guest.run("selftest helper-deep 100 500").ok();
            guest.type("poweroff\n");
            assertThat(guest.awaitExit()).isEqualTo(Exit.POWER_OFF);
        }
    }

    /** Returns how long each of the processes in {@code $all} has computed, in hundredths of a second. */
    private static List<Integer> ticks(GuestSession guest) throws InterruptedException {
        var ticks = guest.run("for p in $all; do cut -d ' ' -f 14 /proc/$p/stat; done")
                .ok()
                .lines()
                .map(Integer::parseInt)
                .toList();
        assertThat(ticks).hasSize(4);
        return ticks;
    }

    /** Four tasks on two CPUs: each gets half of one, whoever came first. */
    @Test
    void computingTasksShareTheCpusFairly() throws Exception {
        try (var guest = GuestSession.with().cpus(2).boot()) {
            for (int i = 0; i < 4; i++) {
                guest.run("selftest helper-loop & all=\"$all $!\"").ok();
            }
            var before = ticks(guest);
            guest.run("sleep 4").ok();
            var after = ticks(guest);
            var ticks =
                    IntStream.range(0, 4).map(i -> after.get(i) - before.get(i)).summaryStatistics();
            // The host may be busy with something else, too.
            assertThat(ticks.getMin()).as("%s", ticks).isGreaterThan(20);
            assertThat(ticks.getMax()).as("%s", ticks).isLessThan(2 * ticks.getMin());
            guest.powerOff();
        }
    }
}
