package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardStreamsTest {
    @ParameterizedTest
    @ValueSource(strings = {"/dev/pts/3", "/dev/tty", "/dev/tty1", "/dev/ttyS0", "/dev/console"})
    void terminalsAreKnownByName(String target) {
        assertThat(StandardStreams.isTerminalName(target)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipe:[4711]", "/dev/null", "socket:[1]", "/home/u/dev/pts/1", "/dev/ptmx"})
    void whateverElseIsNone(String target) {
        assertThat(StandardStreams.isTerminalName(target)).isFalse();
    }
}
