package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tuxloom.tests.bench.GuestProcess;

/** A user at a real terminal: keys, window size, and the terminal as it was, whatever ends the command. */
@Tag("boot")
class TerminalTest {
    private static final String CTRL_A = "\u0001";
    private static final String CTRL_C = "\u0003";
    private static final String UP = "\u001b[A";

    @TempDir
    Path folder;

    @Test
    void aSessionAtTheShell() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            Tuxloom.line(guest, "uname -sm", "^Linux wasm");
            Tuxloom.line(guest, "echo $((6*7))", "^42$");
            Tuxloom.line(guest, UP + UP, "^Linux wasm");
            Tuxloom.line(guest, "echo $TERM", "^vt100$");
            Tuxloom.line(guest, "stty size", "^30 100$");
            guest.type("poweroff\r");
            ended(guest, 0);
        }
    }

    @Test
    void ctrlCEndsASleepingCommand() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            var mark = guest.mark();
            // The word comes from the command itself: before that, Ctrl-C would still be for the shell, as on any Unix.
            guest.type("sh -c 'echo go; exec sleep 1000'\r");
            guest.await(Pattern.compile("^go$", Pattern.MULTILINE), mark, Tuxloom.LIMIT);
            guest.type(CTRL_C);
            guest.await(Pattern.compile("\\n[^\\n]*[#$] \\z"), mark, Tuxloom.LIMIT);
            Tuxloom.line(guest, "echo status $?", "^status 130$");
            guest.type(CTRL_A + "x");
            ended(guest, 0);
        }
    }

    @Test
    void aNewWindowSizeReachesTheGuest() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            var terminal =
                    Files.readSymbolicLink(Path.of("/proc/" + Tuxloom.jvm(guest).pid() + "/fd/0"));
            resize(terminal, 44, 132);
            Tuxloom.line(guest, "until [ \"$(stty size)\" = '44 132' ]; do sleep 0.1; done; echo seen", "^seen$");
            guest.type(CTRL_A + "x");
            ended(guest, 0);
        }
    }

    @Test
    void ctrlAShowsTheKeysAndCanBeSent() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            guest.type(CTRL_A + "h");
            guest.await(Pattern.compile("tuxloom: Ctrl-A x quits"), 0, Tuxloom.LIMIT);
            var mark = guest.mark();
            guest.type("od -An -tx1 -N1; echo\r");
            guest.type(CTRL_A + CTRL_A + "\r");
            guest.await(Pattern.compile("^ *01 *$", Pattern.MULTILINE), mark, Tuxloom.LIMIT);
            guest.type(CTRL_A + "x");
            ended(guest, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void aSignalRestoresTheTerminal(String signal, int status) throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            command("kill", "-" + signal, Long.toString(Tuxloom.jvm(guest).pid()));
            ended(guest, status);
        }
    }

    @Test
    void aResetEndsWith32() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            guest.type("reboot\r");
            ended(guest, 32);
        }
    }

    @Test
    void aPanicEndsWith34AndShowsWhy() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot")) {
            Tuxloom.awaitPrompt(guest);
            guest.type("echo c > /proc/sysrq-trigger\r");
            ended(guest, 34);
            assertThat(guest.output()).contains("Kernel panic");
        }
    }

    @Test
    void aRefusedKernelLeavesTheTerminalAlone() throws Exception {
        try (var guest = Tuxloom.onTerminal(folder, "boot", "--kernel", "/etc/passwd")) {
            ended(guest, 35);
        }
    }

    private void ended(GuestProcess guest, int status) throws Exception {
        assertThat(guest.awaitExit(Tuxloom.LIMIT)).as(guest::output).isEqualTo(status);
        assertThat(folder.resolve("after")).hasSameTextualContentAs(folder.resolve("before"));
        assertThat(folder.resolve("temporary")).isEmptyDirectory();
    }

    private static void resize(Path terminal, int rows, int columns) throws Exception {
        command("stty", "-F", terminal.toString(), "rows", "" + rows, "cols", "" + columns);
    }

    private static void command(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor())
                .as(List.of(words).toString())
                .isZero();
    }
}
