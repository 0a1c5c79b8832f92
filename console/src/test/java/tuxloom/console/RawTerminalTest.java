package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.ControlFlag;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.junit.jupiter.api.Test;

class RawTerminalTest {
    @Test
    void rawModeLeavesEchoLinesSignalsAndTranslationToTheGuest() {
        var found = new Attributes();
        found.setInputFlag(InputFlag.ICRNL, true);
        found.setInputFlag(InputFlag.IXON, true);
        found.setInputFlag(InputFlag.IUTF8, true);
        found.setOutputFlag(OutputFlag.OPOST, true);
        found.setLocalFlag(LocalFlag.ICANON, true);
        found.setLocalFlag(LocalFlag.ECHO, true);
        found.setLocalFlag(LocalFlag.ISIG, true);
        found.setControlFlag(ControlFlag.CREAD, true);
        found.setControlChar(ControlChar.VMIN, 0);

        var raw = RawTerminal.raw(found);

        assertThat(raw.getInputFlags()).containsExactly(InputFlag.IUTF8);
        assertThat(raw.getOutputFlags()).isEmpty();
        assertThat(raw.getLocalFlags()).isEmpty();
        assertThat(raw.getControlFlag(ControlFlag.CREAD)).isTrue();
        assertThat(raw.getControlChar(ControlChar.VMIN)).isEqualTo(1);
        assertThat(found.getLocalFlag(LocalFlag.ECHO))
                .as("what was found is kept")
                .isTrue();
    }
}
