package tuxloom.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class HostMessagesTest {
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    @Test
    void earlyKernelMessagesGoAtOnceToAFile() {
        early(new HostMessages(stderr, false, false, false), "Linux version 6\n");

        assertThat(written()).isEqualTo("Linux version 6\n");
    }

    @Test
    void onATerminalTheyAreKeptUntilAskedFor() {
        var messages = new HostMessages(stderr, true, false, false);
        early(messages, "Linux ver");
        early(messages, "sion 6\n");
        assertThat(written()).isEmpty();

        messages.showKept();
        assertThat(written()).isEqualTo("Linux version 6\r\n");
    }

    @Test
    void theyAreForgottenWhenTheGuestsConsoleWorks() {
        var messages = new HostMessages(stderr, true, false, false);
        early(messages, "Linux version 6\n");
        messages.forgetKept();
        messages.showKept();

        assertThat(written()).isEmpty();
    }

    @Test
    void verboseShowsThemOnATerminalToo() {
        early(new HostMessages(stderr, true, true, false), "Linux\n");

        assertThat(written()).isEqualTo("Linux\r\n");
    }

    @Test
    void theLast64KibAreKept() {
        var messages = new HostMessages(stderr, true, false, false);
        for (var i = 0; i < 10_000; i++) {
            early(messages, "line %06d\n".formatted(i));
        }
        early(messages, "panic\n");
        messages.showKept();

        assertThat(written()).endsWith("line 009999\r\npanic\r\n");
        assertThat(stderr.size()).isBetween(64 << 10, 80 << 10);
    }

    @Test
    void oneHugePieceIsCutAtItsFront() {
        var messages = new HostMessages(stderr, true, false, false);
        early(messages, "x".repeat(100_000) + "end\n");
        messages.showKept();

        assertThat(written()).endsWith("xend\r\n").hasSize((64 << 10) + 1);
    }

    @Test
    void aLineOfTheHostStartsOnALineOfItsOwn() {
        var messages = new HostMessages(stderr, false, false, false);
        early(messages, "half a li");
        messages.line("one\ntwo");

        assertThat(written()).isEqualTo("half a li\ntuxloom: one\ntuxloom: two\n");
    }

    @Test
    void debugLinesNeedVerbose() {
        new HostMessages(stderr, false, false, false).log().debug("hidden");
        new HostMessages(stderr, false, true, false).log().debug("shown");

        assertThat(written()).matches("tuxloom: \\d+ ms: shown\n");
    }

    private static void early(HostMessages messages, String text) {
        var bytes = text.getBytes(UTF_8);
        messages.early(bytes, bytes.length);
    }

    private String written() {
        return stderr.toString(UTF_8);
    }
}
