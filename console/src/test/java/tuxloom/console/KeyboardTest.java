package tuxloom.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class KeyboardTest {
    @Test
    void keysArriveInOrderAndThenTheEnd() throws IOException {
        var keyboard = new Keyboard(stdin("echo hi\r"), action -> {});
        keyboard.start();

        assertThat(readAll(keyboard)).isEqualTo("echo hi\r");
    }

    @Test
    void escapeKeysWorkWhileTheGuestTakesNoInput() throws Exception {
        var quit = new CountDownLatch(1);
        new Keyboard(stdin("typed ahead\u0001x"), action -> quit.countDown()).start();

        assertThat(quit.await(10, TimeUnit.SECONDS)).as("quit seen").isTrue();
    }

    @Test
    void nothingOfALongPasteIsLost() throws IOException {
        var paste = "0123456789abcde\r".repeat(20_000);
        var keyboard = new Keyboard(stdin(paste), action -> {});
        keyboard.start();

        assertThat(readAll(keyboard)).isEqualTo(paste);
    }

    @Test
    void closeEndsAWaitingRead() throws Exception {
        try (var keys = new PipedOutputStream();
                var stdin = new PipedInputStream(keys)) {
            var keyboard = new Keyboard(stdin, action -> {});
            keyboard.start();
            var reader = Thread.ofVirtual().start(keyboard::close);

            assertThat(keyboard.read(new byte[8])).isEqualTo(-1);
            reader.join();
        }
    }

    @Test
    void aBufferOfOneByteIsEnough() throws IOException {
        var keyboard = new Keyboard(stdin("\u0001b"), action -> {});
        keyboard.start();
        var one = new byte[1];

        assertThat(keyboard.read(one)).isEqualTo(1);
        assertThat(one[0]).isEqualTo((byte) 1);
        assertThat(keyboard.read(one)).isEqualTo(1);
        assertThat(one[0]).isEqualTo((byte) 'b');
    }

    private static InputStream stdin(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static String readAll(Keyboard keyboard) throws IOException {
        var text = new StringBuilder();
        var buffer = new byte[1000];
        for (var length = keyboard.read(buffer); length >= 0; length = keyboard.read(buffer)) {
            text.append(new String(buffer, 0, length, UTF_8));
        }
        return text.toString();
    }
}
