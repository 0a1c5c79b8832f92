package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadStreamsTest {
    private static final String SUM = "0123456789abcdef0123456789abcdef";
    private static final long SECOND = 1_000_000_000;

    private final LoadStreams streams = new LoadStreams(SUM);

    @BeforeEach
    void begin() {
        streams.take("what the shell echoes", 0);
        streams.take("load-begins", 0);
    }

    private static String numbers(int from) {
        return IntStream.range(from, from + 100).mapToObj(String::valueOf).collect(Collectors.joining("."));
    }

    private static String line(int number) {
        return "p " + number + " a line that is told from the others by its number only";
    }

    @Test
    void whatTheGuestShouldPrintIsNoMistake() {
        streams.typing(SUM);
        for (String said : new String[] {
            numbers(0),
            line(1),
            "f a3 " + SUM,
            "b 7 12",
            "d 200",
            "k files a",
            "c " + SUM + "  /dev/vdc",
            "t",
            numbers(100),
            line(2)
        }) {
            streams.take(said, 0);
        }
        assertThat(streams.take("i " + SUM, 0)).isTrue();
        assertThat(streams.mistakes()).isEmpty();
        assertThat(streams.files()).containsEntry("a3", SUM);
        assertThat(streams.blocks()).containsEntry(7, 12L).containsEntry(200, 0L);
    }

    @Test
    void changedByteIsAMistake() {
        streams.take(numbers(0).replace('7', '8'), 0);
        streams.take(line(1).replace('u', 'v'), 0);
        streams.take("c " + SUM.replace('a', 'b') + "  /dev/vdc", 0);
        assertThat(streams.mistakeCount()).isEqualTo(3);
    }

    @Test
    void lostLineIsOneMistake() {
        streams.take(numbers(0), 0);
        streams.take(numbers(200), 0);
        streams.take(numbers(300), 0);
        assertThat(streams.mistakeCount()).isEqualTo(1);
    }

    @Test
    void doubledLineIsAMistake() {
        streams.take(line(1), 0);
        streams.take(line(1), 0);
        assertThat(streams.mistakeCount()).isPositive();
    }

    @Test
    void lostByteOfWhatWasTypedIsAMistake() {
        streams.typing(SUM);
        streams.take("i " + SUM.replace('a', 'b'), 0);
        assertThat(streams.mistakeCount()).isEqualTo(1);
    }

    @Test
    void silenceOfMoreThanASecondIsAStall() {
        streams.take(line(1), 0);
        streams.take(line(2), SECOND);
        assertThat(streams.stalls()).isEmpty();
        streams.take(line(3), 3 * SECOND);
        assertThat(streams.stalls()).containsExactly(new LoadStreams.Gap("lines", 3 * SECOND, 2 * SECOND));
    }

    @Test
    void streamThatNeverComesBackIsAStallWhenTheLoadEnds() {
        streams.take(line(1), 0);
        streams.stopping(5 * SECOND);
        streams.take(line(2), 9 * SECOND);
        assertThat(streams.stalls()).containsExactly(new LoadStreams.Gap("lines", 5 * SECOND, 5 * SECOND));
    }
}
