package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The console, by virtio 1.2, section 5.3. */
class ConsoleDeviceTest {
    private static final int RX = 0;
    private static final int TX = 1;

    /** Input that the test types; an empty text is the end. */
    private static final class Keyboard implements ConsoleInput {
        final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
        final AtomicInteger reads = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public int read(byte[] into) throws IOException {
            reads.incrementAndGet();
            try {
                byte[] bytes = typed.take().getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(bytes, 0, into, 0, bytes.length);
                return bytes.length == 0 ? -1 : bytes.length;
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    /** Output that the test waits for, and may hold up. */
    private static final class Screen implements ConsoleOutput {
        private final StringBuilder text = new StringBuilder();
        volatile CountDownLatch open = new CountDownLatch(0);
        volatile boolean broken;

        @Override
        public void write(byte[] bytes, int length) throws IOException {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
            if (broken) {
                throw new IOException("Broken pipe");
            }
            synchronized (text) {
                text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
                text.notifyAll();
            }
        }

        String await(int length) throws InterruptedException {
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(FakeInterrupt.TIMEOUT_SECONDS);
            synchronized (text) {
                while (text.length() < length) {
                    assertThat(System.nanoTime())
                            .as("%d characters, got '%s'", length, text)
                            .isLessThan(deadlineNanos);
                    text.wait(100);
                }
                return text.toString();
            }
        }
    }

    private final Keyboard keyboard = new Keyboard();
    private final Screen screen = new Screen();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final ConsoleDevice console = ConsoleDevice.create(keyboard, screen, log::add);
    private FakeGuest guest;
    private FakeDriver rx;
    private FakeDriver tx;

    @BeforeEach
    void plug() throws IOException {
        guest = new FakeGuest(_ -> console.device()).bind();
        rx = guest.enable(RX);
        tx = guest.enable(TX);
    }

    @AfterEach
    void unplug() {
        screen.open.countDown();
        guest.close();
    }

    private void print(String text) {
        guest.putText(0x20000, text);
        tx.readable(0x20000, text.length()).offer();
        guest.notifyAndAwait(TX, tx);
    }

    @Test
    void consoleOffersItsSizeOnly() {
        assertThat(guest.device().deviceId()).isEqualTo(3);
        assertThat(guest.device().offeredFeatures()).isEqualTo(0x5_1000_0001L);
        assertThat(guest.device().initialConfig()).startsWith(80, 0, 25, 0).hasSize(12);
    }

    @Test
    void outputReachesTheSinkAndIsUsedWithAnInterrupt() throws InterruptedException {
        guest.putText(0x8000, "hello ");
        guest.putText(0x9000, "world");
        int id = tx.readable(0x8000, 6).readable(0x9000, 5).offer();

        assertThat(guest.notifyAndAwait(TX, tx)).isEqualTo(new FakeDriver.Used(id, 0, false));
        assertThat(screen.await(11)).isEqualTo("hello world");
    }

    @Test
    void manyWritesArriveInOrderAndWhole() throws InterruptedException {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            String line = "line %d%n".formatted(i);
            expected.append(line);
            print(line);
        }
        assertThat(screen.await(expected.length())).isEqualTo(expected.toString());
    }

    @Test
    void outputLargerThanABatchArrivesWhole() throws InterruptedException {
        String text = "0123456789abcdef".repeat(16_384);
        print(text);
        print(text);

        assertThat(screen.await(2 * text.length())).isEqualTo(text + text);
    }

    @Test
    void bufferIsGivenBackBeforeASlowSinkTookIt() throws InterruptedException {
        screen.open = new CountDownLatch(1);

        print("slow");

        screen.open.countDown();
        assertThat(screen.await(4)).isEqualTo("slow");
    }

    @Test
    void blockedSinkHoldsUpFurtherWritesButNoReset() throws InterruptedException {
        screen.open = new CountDownLatch(1);
        print("first ");
        tx.readable(0x20000, 6).offer();
        guest.device().notifyQueue(TX);

        guest.rebind();
        tx = guest.enable(TX);
        screen.open.countDown();
        print("second");

        String text = screen.await("first second".length());
        assertThat(text).startsWith("first ").endsWith("second");
    }

    @Test
    void outputOnItsWayIsWrittenBeforeTheDeviceIsClosed() throws InterruptedException {
        screen.open = new CountDownLatch(1);
        print("last words");
        Thread closer = Thread.ofPlatform().start(guest::close);
        screen.open.countDown();
        closer.join(TimeUnit.SECONDS.toMillis(FakeInterrupt.TIMEOUT_SECONDS));

        assertThat(screen.await(0)).isEqualTo("last words");
    }

    @Test
    void brokenSinkIsLoggedOnceAndTheGuestGoesOn() {
        screen.broken = true;
        for (int i = 0; i < 5; i++) {
            print("lost");
        }
        guest.close();

        assertThat(log).singleElement().asString().contains("Broken pipe");
    }

    @Test
    void writeOfMoreThanAMegabyteBreaksTheDevice() {
        for (int i = 0; i < 3; i++) {
            tx.readable(0, ConsoleTransmitter.MAX_WRITE_BYTES / 2);
        }
        tx.offer();
        guest.device().notifyQueue(TX);
        FakeGuest.awaitLines(log, 1);
        assertThat(log).singleElement().asString().contains("1572864 bytes");
    }

    @Test
    void inputFillsTheGuestsBuffersOneAfterTheOther() {
        rx.writable(0x8000, 3).offer();
        rx.writable(0x9000, 100).offer();
        keyboard.typed.add("hello");

        assertThat(guest.notifyAndAwait(RX, rx).length()).isEqualTo(3);
        assertThat(guest.await(RX, rx).length()).isEqualTo(2);
        assertThat(guest.text(0x8000, 3) + guest.text(0x9000, 2)).isEqualTo("hello");
    }

    @Test
    void inputIsHeldUntilTheGuestOffersABuffer() {
        keyboard.typed.add("early");
        keyboard.typed.add("later");
        guest.device().notifyQueue(RX);
        print("the device is alive");
        assertThat(keyboard.reads)
                .as("nothing is read that the guest has no room for")
                .hasValue(0);

        rx.writable(0x8000, 100).offer();
        assertThat(guest.notifyAndAwait(RX, rx).length()).isEqualTo(5);

        assertThat(guest.text(0x8000, 5)).isEqualTo("early");
        print("still alive");
        assertThat(keyboard.reads).hasValue(1);
    }

    @Test
    void noByteOfALongInputIsLost() {
        StringBuilder expected = new StringBuilder();
        StringBuilder received = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            String text = "%d,".formatted(i).repeat(1 + i);
            expected.append(text);
            keyboard.typed.add(text);
        }
        while (received.length() < expected.length()) {
            rx.writable(0x8000, 7).offer();
            int length = (int) guest.notifyAndAwait(RX, rx).length();
            received.append(guest.text(0x8000, length));
        }
        assertThat(received.toString()).isEqualTo(expected.toString());
    }

    @Test
    void inputThatTheGuestDidNotTakeSurvivesAReset() {
        rx.writable(0x8000, 2).offer();
        keyboard.typed.add("hello");
        guest.notifyAndAwait(RX, rx);

        rx = guest.rebind().enable(RX);
        rx.writable(0x9000, 100).offer();
        guest.notifyAndAwait(RX, rx);

        assertThat(guest.text(0x8000, 2)).isEqualTo("he");
        assertThat(guest.text(0x9000, 3)).isEqualTo("llo");
    }

    @Test
    void afterTheEndOfInputNothingMoreIsAsked() {
        rx.writable(0x8000, 8).offer();
        rx.writable(0x9000, 8).offer();
        keyboard.typed.add("bye");
        keyboard.typed.add("");
        guest.notifyAndAwait(RX, rx);
        keyboard.typed.add("ghost");
        guest.device().notifyQueue(RX);
        print("output goes on");

        assertThat(rx.used()).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void receiveBufferThatIsNotWritableBreaksTheDevice() {
        rx.readable(0x8000, 8).offer();
        keyboard.typed.add("x");
        guest.device().notifyQueue(RX);
        FakeGuest.awaitLines(log, 1);
        assertThat(log).singleElement().asString().contains("without writable bytes");

        rx = guest.rebind().enable(RX);
        rx.writable(0x9000, 8).offer();
        guest.notifyAndAwait(RX, rx);
        assertThat(guest.text(0x9000, 1)).isEqualTo("x");
    }

    @Test
    void resizeChangesTheConfigSpaceAndInterrupts() {
        console.resize(132, 300);

        guest.configInterrupt.await();
        assertThat(guest.bytes(FakeGuest.CONFIG_ADDRESS, 4)).containsExactly(132, 0, 44, 1);
        assertThat(guest.device().initialConfig()).startsWith(132, 0, 44, 1);
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> console.resize(65_536, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> console.resize(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closeEndsAReaderThatWaits() throws InterruptedException {
        rx.writable(0x8000, 8).offer();
        guest.device().notifyQueue(RX);
        Thread reader = awaitReader();

        guest.close();

        reader.join(TimeUnit.SECONDS.toMillis(FakeInterrupt.TIMEOUT_SECONDS));
        assertThat(reader.isAlive()).isFalse();
        assertThat(keyboard.closes).hasValue(1);
        assertThat(log).isEmpty();
    }

    private Thread awaitReader() {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(FakeInterrupt.TIMEOUT_SECONDS);
        while (System.nanoTime() < deadlineNanos) {
            if (keyboard.reads.get() > 0) {
                return Thread.getAllStackTraces().entrySet().stream()
                        .filter(entry -> entry.getKey().getName().equals("virtio-console-input"))
                        .filter(entry -> Arrays.stream(entry.getValue())
                                .anyMatch(frame -> frame.getClassName().equals(Keyboard.class.getName())))
                        .findFirst()
                        .orElseThrow()
                        .getKey();
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("nobody asked for input");
    }
}
