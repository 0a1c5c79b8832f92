package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import tuxloom.machine.GuestMemory;
import tuxloom.virtio.FakeDriver.Used;

/** A guest with 1 MiB of memory and one device, which it has bound its driver to. */
final class FakeGuest implements AutoCloseable {
    static final int MEMORY_BYTES = 1 << 20;
    static final long CONFIG_ADDRESS = 0x100;
    static final int CONFIG_BYTES = 0x100;
    /** Rings of the queues, 4 KiB apart; buffers of tests lie above. */
    private static final long RINGS_ADDRESS = 0x1000;

    private static final long RING_STRIDE = 0x1000;
    static final int RING_ENTRIES = 16;

    final GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(MEMORY_BYTES, 4096), () -> MEMORY_BYTES);
    final List<String> log = new CopyOnWriteArrayList<>();
    final FakeInterrupt configInterrupt = new FakeInterrupt("config");

    private final VirtioDevice device;
    private final List<FakeInterrupt> interrupts = new ArrayList<>();

    /** Plugs in what {@code plug} makes when it gets this guest's log. */
    FakeGuest(Plug plug) throws IOException {
        device = plug.in(log::add);
    }

    interface Plug {
        VirtioDevice in(Consumer<String> log) throws java.io.IOException;
    }

    VirtioDevice device() {
        return device;
    }

    /** Set-up, reset and features, in the order of Linux. */
    FakeGuest bind() {
        device.attach(memory, CONFIG_ADDRESS, CONFIG_BYTES, configInterrupt);
        return rebind();
    }

    FakeGuest rebind() {
        device.reset();
        device.acceptFeatures(device.offeredFeatures());
        return this;
    }

    /** Makes a fresh ring and enables it. */
    FakeDriver enable(int queue) {
        FakeDriver driver = new FakeDriver(memory, RINGS_ADDRESS + queue * RING_STRIDE, RING_ENTRIES);
        enable(queue, driver);
        return driver;
    }

    void enable(int queue, FakeDriver driver) {
        while (interrupts.size() <= queue) {
            interrupts.add(new FakeInterrupt("queue " + interrupts.size()));
        }
        device.enableQueue(queue, driver.size(), driver.ringAddress(), interrupts.get(queue));
    }

    FakeInterrupt interrupt(int queue) {
        return interrupts.get(queue);
    }

    /** Notifies the device and waits for the next used buffer, by interrupt. */
    Used notifyAndAwait(int queue, FakeDriver driver) {
        device.notifyQueue(queue);
        return await(queue, driver);
    }

    Used await(int queue, FakeDriver driver) {
        Optional<Used> used = driver.used();
        while (used.isEmpty()) {
            interrupts.get(queue).await();
            used = driver.used();
        }
        return used.get();
    }

    void putText(long address, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        memory.write(address, bytes, 0, bytes.length);
    }

    String text(long address, int length) {
        return new String(bytes(address, length), StandardCharsets.ISO_8859_1);
    }

    byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        memory.read(address, bytes, 0, length);
        return bytes;
    }

    /** Waits until the device has logged that many lines. */
    static void awaitLines(List<String> log, int lines) {
        long deadlineNanos = System.nanoTime() + FakeInterrupt.TIMEOUT_SECONDS * 1_000_000_000L;
        while (log.size() < lines) {
            assertThat(System.nanoTime()).as("%d log lines, got %s", lines, log).isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
