package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A console with further ports, by virtio 1.2, section 5.3.6.2. */
class ConsolePortsTest {
    private static final int CONTROL_RX = 2;
    private static final int CONTROL_TX = 3;
    private static final int DATA_RX = 4;
    private static final int DATA_TX = 5;
    private static final int LOG_TX = 7;
    private static final long SAID = 0x30000;
    private static final long HEARD = 0x31000;
    private static final long BUFFER = 0x40000;
    private static final long PRINTED = 0x50000;

    private final FakePort data = new FakePort();
    private final FakePort notes = new FakePort();
    private final BlockingQueue<String> screen = new LinkedBlockingQueue<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final ConsoleDevice console = ConsoleDevice.create(
            ConsolePortsTest::noInput,
            (bytes, length) -> screen.add(new String(bytes, 0, length, java.nio.charset.StandardCharsets.ISO_8859_1)),
            List.of(new ConsolePort("data", data), new ConsolePort("log", notes)),
            log::add);
    private FakeGuest guest;
    private FakeDriver heard;
    private FakeDriver said;

    private static int noInput(byte[] into) throws IOException {
        try {
            return new LinkedBlockingQueue<Integer>().take();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("closed");
        }
    }

    @BeforeEach
    void plug() throws IOException {
        guest = new FakeGuest(_ -> console.device()).bind();
        enableControl();
    }

    private void enableControl() {
        heard = guest.enable(CONTROL_RX);
        said = guest.enable(CONTROL_TX);
    }

    @AfterEach
    void unplug() {
        data.open.countDown();
        guest.close();
        assertThat(data.closed).isTrue();
        assertThat(notes.closed).isTrue();
    }

    private void say(int port, int event, int value) {
        byte[] bytes = ControlMessage.bytes(port, event, value);
        guest.memory.write(SAID, bytes, 0, bytes.length);
        said.readable(SAID, bytes.length).offer();
        guest.notifyAndAwait(CONTROL_TX, said);
    }

    /** Gives the device a buffer for its next message and returns that: port, event, value, and the rest as text. */
    private String hear() {
        heard.writable(HEARD, 128).offer();
        int length = (int) guest.notifyAndAwait(CONTROL_RX, heard).length();
        ByteBuffer message = ByteBuffer.wrap(guest.bytes(HEARD, length)).order(ByteOrder.LITTLE_ENDIAN);
        String head = "%d %d %d".formatted(message.getInt(), message.getShort(), message.getShort());
        return (head + " " + guest.text(HEARD + 8, length - 8)).strip();
    }

    private void greet() {
        say(-1, ControlMessage.DEVICE_READY, 1);
        for (int port = 0; port < 3; port++) {
            assertThat(hear()).isEqualTo(port + " 1 1");
        }
    }

    private void openData() {
        greet();
        say(1, ControlMessage.PORT_READY, 1);
        assertThat(hear()).isEqualTo("1 7 1 data");
        say(1, ControlMessage.PORT_OPEN, 1);
    }

    private void print(int queue, FakeDriver driver, String text) {
        guest.putText(PRINTED, text);
        driver.readable(PRINTED, text.length()).offer();
        guest.notifyAndAwait(queue, driver);
    }

    @Test
    void consoleWithPortsOffersThemAndSaysHowMany() {
        assertThat(guest.device().offeredFeatures()).isEqualTo(0x5_1000_0003L);
        assertThat(guest.device().initialConfig()).startsWith(80, 0, 25, 0, 3, 0, 0, 0);
    }

    @Test
    void readyDriverHearsOfThePortsOnce() {
        greet();
        say(-1, ControlMessage.DEVICE_READY, 1);
        say(2, ControlMessage.PORT_READY, 1);

        assertThat(hear()).isEqualTo("2 7 1 log");
    }

    @Test
    void consolePortGetsItsSizeAndIsOpen() {
        greet();
        say(0, ControlMessage.PORT_READY, 1);

        assertThat(hear()).isEqualTo("0 4 1");
        assertThat(hear()).isEqualTo("0 5 0 " + "P\0\31\0".strip());
        assertThat(hear()).isEqualTo("0 6 1");
    }

    @Test
    void newSizeIsAMessageAndReplacesOneThatTheDriverDidNotTake() {
        greet();
        say(0, ControlMessage.PORT_READY, 1);
        console.resize(200, 65);
        console.resize(132, 66);

        assertThat(hear()).isEqualTo("0 4 1");
        assertThat(hear()).isEqualTo("0 6 1");
        assertThat(hear()).isEqualTo("0 5 0 \u0084\0B\0".strip());
        assertThat(guest.bytes(FakeGuest.CONFIG_ADDRESS, 4)).containsExactly(132, 0, 66, 0);
    }

    @Test
    void driverHearsThatSomebodyIsAtTheHostsEnd() {
        FakeDriver rx = guest.enable(DATA_RX);
        openData();
        data.join();
        rx.writable(BUFFER, 64).offer();
        guest.device().notifyQueue(DATA_RX);

        assertThat(hear()).isEqualTo("1 6 1");
    }

    @Test
    void portThatBecomesReadyLaterHearsIt() throws InterruptedException {
        FakeDriver rx = guest.enable(DATA_RX);
        data.join().send("x").leave();
        rx.writable(BUFFER, 64).offer();
        guest.device().notifyQueue(DATA_RX);
        greet();
        say(1, ControlMessage.PORT_READY, 1);
        assertThat(hear()).isEqualTo("1 7 1 data");
        assertThat(hear()).isEqualTo("1 6 1");
    }

    @Test
    void inputWaitsUntilTheGuestHasOpenedThePort() {
        FakeDriver rx = guest.enable(DATA_RX);
        data.join().send("early");
        rx.writable(BUFFER, 64).offer();
        guest.device().notifyQueue(DATA_RX);
        greet();
        say(1, ControlMessage.PORT_READY, 1);
        assertThat(hear()).isEqualTo("1 7 1 data");
        assertThat(hear()).isEqualTo("1 6 1");
        assertThat(rx.used()).isEmpty();

        say(1, ControlMessage.PORT_OPEN, 1);
        assertThat(guest.await(DATA_RX, rx).length()).isEqualTo(5);
        assertThat(guest.text(BUFFER, 5)).isEqualTo("early");

        say(1, ControlMessage.PORT_OPEN, 0);
        rx.writable(BUFFER, 64).offer();
        data.send("late");
        say(1, ControlMessage.PORT_OPEN, 1);
        assertThat(guest.await(DATA_RX, rx).length()).isEqualTo(4);
    }

    @Test
    void guestHasAllInputBeforeItHearsThatThePeerHasGone() throws InterruptedException {
        FakeDriver rx = guest.enable(DATA_RX);
        FakeDriver tx = guest.enable(DATA_TX);
        openData();
        data.join().send("question").leave();
        for (int i = 0; i < 4; i++) {
            rx.writable(BUFFER + 0x100L * i, 4).offer();
        }
        assertThat(guest.notifyAndAwait(DATA_RX, rx).length()).isEqualTo(4);
        print(DATA_TX, tx, "answer");
        assertThat(hear()).isEqualTo("1 6 1");
        assertThat(hear()).isEqualTo("1 6 0");

        assertThat(guest.await(DATA_RX, rx).length()).isEqualTo(4);
        assertThat(guest.text(BUFFER, 4) + guest.text(BUFFER + 0x100, 4)).isEqualTo("question");
        data.await("answer|");
        data.join();
        assertThat(hear()).isEqualTo("1 6 1");
    }

    @Test
    void outputReachesThePortAndNobodyElse() throws InterruptedException {
        FakeDriver tx = guest.enable(DATA_TX);
        print(DATA_TX, tx, "for the port");

        data.await("for the port");
        notes.await("");
        assertThat(screen).isEmpty();
    }

    @Test
    void blockedPortHoldsUpNobodyElse() throws InterruptedException {
        data.block();
        FakeDriver tx = guest.enable(DATA_TX);
        FakeDriver other = guest.enable(LOG_TX);
        FakeDriver consoleTx = guest.enable(1);
        print(DATA_TX, tx, "stuck ");
        tx.readable(BUFFER, 4).offer();
        guest.device().notifyQueue(DATA_TX);

        print(LOG_TX, other, "flows");
        notes.await("flows");
        print(1, consoleTx, "prompt");
        assertThat(screen.poll(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo("prompt");
        openData();

        guest.rebind();
        enableControl();
        greet();
        assertThat(tx.used()).as("a buffer of the time before the reset").isEmpty();
    }

    @Test
    void afterAResetEverythingIsSaidAgain() {
        greet();
        say(0, ControlMessage.PORT_READY, 1);
        guest.rebind();
        enableControl();

        openData();
        assertThat(log).isEmpty();
    }

    @Test
    void messagesThatMakeNoSenseAreIgnored() {
        say(1, ControlMessage.PORT_READY, 1);
        say(1, ControlMessage.PORT_OPEN, 1);
        greet();
        say(3, ControlMessage.PORT_READY, 1);
        say(Integer.MIN_VALUE, ControlMessage.PORT_OPEN, 1);
        say(1, ControlMessage.PORT_OPEN, 1);
        say(1, 0xFFFF, 1);
        said.readable(SAID, 7).offer();
        guest.notifyAndAwait(CONTROL_TX, said);
        say(2, ControlMessage.PORT_READY, 0);

        assertThat(log).hasSize(8).filteredOn(line -> line.contains("ignored")).hasSize(7);
        say(2, ControlMessage.PORT_READY, 1);
        assertThat(hear()).isEqualTo("2 7 1 log");
    }

    @Test
    void controlBufferThatHasNoRoomBreaksTheDevice() {
        say(-1, ControlMessage.DEVICE_READY, 1);
        heard.writable(HEARD, 7).offer();
        guest.device().notifyQueue(CONTROL_RX);

        FakeGuest.awaitLines(log, 1);
        assertThat(log).singleElement().asString().contains("7 writable bytes, the message has 8");
        guest.rebind();
        enableControl();
        greet();
    }

    @Test
    void portsOnlyHaveNoConsole() throws IOException {
        FakePort only = new FakePort();
        ConsoleDevice ports = ConsoleDevice.createPortsOnly(List.of(new ConsolePort("only", only)), log::add);
        try (FakeGuest other = new FakeGuest(_ -> ports.device()).bind()) {
            FakeDriver absent = other.enable(1);
            absent.readable(BUFFER, 4).offer();
            other.device().notifyQueue(1);
            guest.close();
            guest = other;
            enableControl();
            say(-1, ControlMessage.DEVICE_READY, 1);
            assertThat(hear()).isEqualTo("1 1 1");
            say(0, ControlMessage.PORT_READY, 1);
            assertThat(log).singleElement().asString().contains("for port 0 ignored");
            assertThat(absent.used()).isEmpty();
        }
    }

    @Test
    void namesAndNumbersOfPortsHaveLimits() {
        for (String name : List.of("", "-a", "a b", "a/b", "x".repeat(65))) {
            assertThatThrownBy(() -> new ConsolePort(name, data)).isInstanceOf(IllegalArgumentException.class);
        }
        List<ConsolePort> many = Collections.nCopies(ConsoleDevice.MAX_PORTS + 1, new ConsolePort("a", data));
        assertThatThrownBy(() -> ConsoleDevice.createPortsOnly(many, log::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 ports");
    }
}
