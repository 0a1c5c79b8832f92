package tuxloom.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tuxloom.console.EscapeKeys.Action;

class EscapeKeysTest {
    private final List<Action> asked = new ArrayList<>();
    private final EscapeKeys keys = new EscapeKeys(asked::add);

    @Test
    void ordinaryKeysReachTheGuest() {
        assertThat(typed("ls -l\r\u0003\u001b[A")).isEqualTo("ls -l\r\u0003\u001b[A");
        assertThat(asked).isEmpty();
    }

    @Test
    void ctrlAThenXQuits() {
        assertThat(typed("a\u0001xb")).isEqualTo("ab");
        assertThat(asked).containsExactly(Action.QUIT);
    }

    @Test
    void ctrlAThenHShowsTheKeys() {
        assertThat(typed("\u0001h\u0001?")).isEmpty();
        assertThat(asked).containsExactly(Action.HELP, Action.HELP);
    }

    @Test
    void ctrlATwiceSendsOne() {
        assertThat(typed("\u0001\u0001x")).isEqualTo("\u0001x");
        assertThat(asked).isEmpty();
    }

    @Test
    void ctrlABeforeAnotherKeyReachesTheGuestWithThatKey() {
        assertThat(typed("\u0001e")).isEqualTo("\u0001e");
    }

    @Test
    void theKeysMayComeInSeparateReads() {
        assertThat(typed("\u0001")).isEmpty();
        assertThat(typed("x")).isEmpty();
        assertThat(asked).containsExactly(Action.QUIT);
    }

    @Test
    void aHeldBackCtrlAMakesTheOutputOneByteLongerThanTheInput() {
        typed("\u0001");
        assertThat(typed("abc")).isEqualTo("\u0001abc");
    }

    private String typed(String text) {
        var bytes = text.getBytes(ISO_8859_1);
        var into = new byte[bytes.length + 1];
        return new String(into, 0, keys.filter(bytes, bytes.length, into), ISO_8859_1);
    }

    @Test
    void ctrlARAsksForTheDisksSizes() {
        byte[] into = new byte[8];
        assertThat(keys.filter(new byte[] {'a', 1, 'r', 'b'}, 4, into)).isEqualTo(2);
        assertThat(asked).containsExactly(Action.RESCAN_DISKS);
    }
}
