package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private GuestProcess shell(String script) throws Exception {
        return GuestProcess.start(List.of("sh", "-c", script), Map.of("WORD", "given"), folder.resolve("err"));
    }

    @Test
    void promptIsFoundBehindTerminalControlSequences() throws Exception {
        try (GuestProcess guest = shell("printf 'hello\\r\\n\\033[1m/ # \\033[6n'; read line")) {
            assertThat(guest.await(GuestProcess.PROMPT, 0, LIMIT)).isPositive();
            assertThat(guest.output()).isEqualTo("hello\n/ # ");
            assertThat(guest.residentKib()).isPositive();
        }
    }

    @Test
    void typedLineReachesTheGuestAndItsEndIsSeen() throws Exception {
        try (GuestProcess guest = shell("read line; echo \"$line $WORD\"; exit 3")) {
            guest.type("word\n");
            guest.await(Pattern.compile("word given\n"), 0, LIMIT);
            assertThat(guest.awaitExit(LIMIT)).isEqualTo(3);
        }
    }

    @Test
    void waitingForWhatNeverComesNamesItAndShowsStandardError() throws Exception {
        try (GuestProcess guest = shell("echo out; echo trouble >&2")) {
            assertThatThrownBy(() -> guest.await(GuestProcess.PROMPT, 0, LIMIT))
                    .isInstanceOf(GuestFailedException.class)
                    .hasMessageContaining("the process ended")
                    .hasMessageContaining("trouble");
        }
    }

    @Test
    void outputBeforeTheMarkDoesNotMatch() throws Exception {
        try (GuestProcess guest = shell("printf '# '; read line; echo more; read line")) {
            guest.await(GuestProcess.PROMPT, 0, LIMIT);
            int mark = guest.mark();
            guest.type("go\n");
            guest.await(Pattern.compile("\\Amore\n"), mark, LIMIT);
        }
    }
}
