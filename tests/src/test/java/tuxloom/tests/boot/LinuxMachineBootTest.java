package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tuxloom.machine.Exit;

/** The real kernel and user space from the cache folder: boot, shell, end. */
@Tag("boot")
@Timeout(180)
class LinuxMachineBootTest {
    private static final int SIGSEGV_STATUS = 128 + 11;

    /** A module with a type () -> (), a shared memory and a function of that type; for printf(1). */
    private static final String HEAD = "\\000asm\\001\\000\\000\\000\\001\\004\\001\\140\\000\\000"
            + "\\002\\020\\001\\003env\\006memory\\002\\003\\001\\020\\003\\002\\001\\000";

    private static final String EXPORT_START = "\\007\\012\\001\\006_start\\000\\000";
    private static final String CODE_UNREACHABLE = "\\012\\005\\001\\003\\000\\000\\013";
    private static final String TRAPPING_PROGRAM = HEAD + EXPORT_START + CODE_UNREACHABLE;
    private static final String PROGRAM_WITHOUT_ENTRY = HEAD + CODE_UNREACHABLE;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void bootsToAShellThatWorksAndPowersOff(int cpus) throws Exception {
        try (var guest = GuestSession.with().cpus(cpus).boot()) {
            assertThat(guest.run("uname -a").ok()).contains("Linux", "wasm");
            assertThat(guest.run("grep -c ^processor /proc/cpuinfo").ok()).isEqualTo(Integer.toString(cpus));
            assertThat(Integer.parseInt(guest.run("ls -l / | wc -l").ok())).isGreaterThan(5);
            assertThat(guest.run("echo hi > /tmp/x; cat /tmp/x").ok()).isEqualTo("hi");
            assertThat(guest.run("false").status()).isEqualTo(1);
            guest.powerOff();
        }
    }

    @Test
    void rebootReachesTheHost() throws Exception {
        try (var guest = GuestSession.with().boot()) {
            guest.type("reboot\n");
            assertThat(guest.awaitExit()).isEqualTo(Exit.RESET);
        }
    }

    @Test
    void panicReachesTheHost() throws Exception {
        try (var guest =
                GuestSession.with().append("rdinit=/nowhere init=/nowhere").start()) {
            assertThat(guest.awaitExit()).isEqualTo(Exit.PANIC);
        }
    }

    @Test
    void runningMachineIsClosedByTheHost() throws Exception {
        var guest = GuestSession.with().boot();
        try {
            guest.type("while true; do :; done\n");
        } finally {
            guest.close();
        }
        assertThat(guest.awaitExit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void trapOfAProgramEndsItsProcessOnly() throws Exception {
        try (var guest = GuestSession.with().boot()) {
            guest.run("printf '" + TRAPPING_PROGRAM + "' > /tmp/trap; chmod +x /tmp/trap")
                    .ok();
            assertThat(guest.run("/tmp/trap").status()).isEqualTo(SIGSEGV_STATUS);
            assertThat(guest.run("echo alive").ok()).isEqualTo("alive");
        }
    }

    @Test
    void fileThatIsNoProgramCannotBeExecuted() throws Exception {
        try (var guest = GuestSession.with().boot()) {
            guest.run("printf '" + PROGRAM_WITHOUT_ENTRY + "' > /tmp/bad; chmod +x /tmp/bad")
                    .ok();
            // After ENOEXEC the shell reads the file as a script, and fails.
            assertThat(guest.run("/tmp/bad").status()).isNotZero();
            assertThat(guest.log()).anyMatch(line -> line.contains("refused") && line.contains("_start"));
        }
    }

    @Test
    void twoMachinesInOneProcessStayApart() throws Exception {
        try (var first = GuestSession.with().cpus(1).boot();
                var second = GuestSession.with().cpus(1).boot()) {
            assertThat(first.run("echo 1 > /tmp/x; cat /tmp/x").ok()).isEqualTo("1");
            assertThat(second.run("cat /tmp/x").status()).isEqualTo(1);
            first.powerOff();
            assertThat(second.run("echo still here").ok()).isEqualTo("still here");
        }
    }
}
