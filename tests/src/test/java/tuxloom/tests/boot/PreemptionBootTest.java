package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            for (int i = 0; i < cpus + 1; i++) {
                guest.run("selftest helper-loop & p=$!").ok();
            }
            guest.run("while :; do :; done & :").ok();
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
}
