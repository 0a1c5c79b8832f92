package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tuxloom.machine.GuestMemory;
import tuxloom.virtio.HostileCase.Verdict;
import tuxloom.virtio.disk.DiskOptions;

/**
 * A guest with a disk, a console, a source of entropy and a console with a port in one memory, one of which its driver attacks. What the others must still
 * do, and what nobody may touch, is checked by {@link #checkNoHarm}.
 */
final class HostileBench implements AutoCloseable {
    static final int MEMORY_BYTES = 4 << 20;
    static final int RING_ENTRIES = 16;
    /** Sectors of the disk; attacks that write keep to the first half. */
    static final int SECTORS = 128;
    /** Where requests of attacks lie. */
    static final long HEADER = 0x40000;

    static final long STATUS = 0x40800;
    static final long DATA = 0x50000;
    static final long TABLE = 0x48000;
    /** Where requests lie that must succeed. */
    private static final long GOOD = 0x80000;

    private static final long SAID = 0x88000;
    /** Memory that no request ever mentions. */
    private static final long CANARY = 0x300000;

    private static final int CANARY_BYTES = 0x10000;
    private static final long DEVICE_STRIDE = 0x10000;
    private static final int TIMEOUT_SECONDS = 60;
    private static final byte UNANSWERED = 0x77;

    final GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(MEMORY_BYTES, 4096), () -> MEMORY_BYTES);
    final Target target;
    private final Path disk;
    private final byte[] content = new byte[SECTORS * 512];
    private final List<VirtioDevice> devices;
    private final Map<Target, FakeDriver> drivers = new EnumMap<>(Target.class);
    private final LinkedBlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
    /** The last piece that the console printed. */
    private volatile String output = "";

    /** The host's end of the port. */
    final FakePort port = new FakePort().join();

    /** What each device had to say about its driver since its last reset. */
    private final List<List<String>> faults = List.of(
            new CopyOnWriteArrayList<>(),
            new CopyOnWriteArrayList<>(),
            new CopyOnWriteArrayList<>(),
            new CopyOnWriteArrayList<>());

    /** Messages to the console with a port that it made no sense of, since its last reset. */
    private final List<String> ignored = new CopyOnWriteArrayList<>();

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    /** A permit for each interrupt, log line and piece of output: whoever waits looks again. */
    private final Semaphore events = new Semaphore(0);

    HostileBench(Target target, Path folder) throws IOException {
        this.target = target;
        this.disk = folder.resolve("hostile.img");
        new Random(2).nextBytes(content);
        Files.write(disk, content);
        this.devices = List.of(
                BlockDevice.open(DiskOptions.of(disk), 1, line -> log(0, line)).device(),
                ConsoleDevice.create(this::takeInput, this::print, line -> log(1, line))
                        .device(),
                EntropyDevice.create(line -> log(2, line)),
                ConsoleDevice.create(
                                this::takeInput,
                                (bytes, length) -> {},
                                List.of(new ConsolePort("port", port)),
                                line -> log(3, line))
                        .device());
        memory.slice(CANARY, CANARY_BYTES).fill((byte) 0x5C);
        for (int i = 0; i < devices.size(); i++) {
            devices.get(i).onHostFailure(bug -> {
                bugs.add(bug);
                events.release();
            });
            devices.get(i).attach(memory, configAddress(i), 0x100, () -> {});
            bind(i);
        }
    }

    /** The device under attack. */
    VirtioDevice device() {
        return devices.get(target.device);
    }

    /** The driver of the queue under attack. */
    FakeDriver driver() {
        return driver(target);
    }

    int queue() {
        return target.queue;
    }

    long configAddress() {
        return configAddress(target.device);
    }

    /** Resets the device under attack and makes its queues anew. */
    void rebind() {
        rebind(target);
    }

    private void rebind(Target which) {
        bind(which.device);
    }

    /** Makes input wait for the guest, without which the receive queue looks at no buffer. */
    HostileBench typed(String text) {
        if (target.isFed()) {
            greet();
            port.send(text);
        } else {
            input.add(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return this;
    }

    /** Says as a driver to the console with a port that everything is ready and the port open, which it answers once. */
    void greet() {
        say(-1, ControlMessage.DEVICE_READY, 1);
        say(1, ControlMessage.PORT_READY, 1);
        say(1, ControlMessage.PORT_OPEN, 1);
    }

    private void say(int id, int event, int value) {
        byte[] message = ControlMessage.bytes(id, event, value);
        memory.write(SAID, message, 0, message.length);
        driver(Target.PORT_CONTROL).readable(SAID, message.length).offer();
        devices.get(Target.PORT_CONTROL.device).notifyQueue(Target.PORT_CONTROL.queue);
        var _ = awaitUsed(Target.PORT_CONTROL);
    }

    /** Starts a block request whose header says this; the caller adds data. */
    FakeDriver request(int type, long sector) {
        memory.putByte(STATUS, UNANSWERED);
        memory.putInt(HEADER, type);
        memory.putInt(HEADER + 4, 0);
        memory.putLong(HEADER + 8, sector);
        return driver().readable(HEADER, 16);
    }

    /** Adds the status byte of a block request, offers the request and waits for the verdict. */
    Verdict answer() {
        driver().writable(STATUS, 1).offer();
        return settle();
    }

    /** Notifies, and waits until the request is used or the device gives up. */
    Verdict settle() {
        if (target == Target.CONSOLE_INPUT ? input.isEmpty() : target.isFed()) {
            typed("typed");
        }
        Verdict verdict = settleBlindly();
        if (verdict == Verdict.PASS && target == Target.DISK) {
            int status = memory.getByte(STATUS);
            assertThat(status).as("the status of a used block request").isBetween(0, 2);
            return status == 0 ? Verdict.PASS : Verdict.REJECT;
        }
        return verdict == Verdict.PASS && !ignored.isEmpty() ? Verdict.REJECT : verdict;
    }

    /** The same for a disk's request whose status byte lies elsewhere: used counts as served. */
    Verdict settleBlindly() {
        device().notifyQueue(target.queue);
        return awaitUsed(target).isPresent() ? Verdict.PASS : Verdict.RESET;
    }

    /** What came of a call that has no answer: either the device gave up, or it serves as if nothing had been. */
    Verdict settleQuietly() throws InterruptedException {
        if (!faults(target).isEmpty()) {
            return Verdict.RESET;
        }
        serve(target);
        return Verdict.REJECT;
    }

    /** Waits for the device to settle after a race: it answered, it gave up, or it is idle. */
    Verdict settleAnyhow() throws InterruptedException {
        boolean gaveUp = !faults(target).isEmpty();
        rebind();
        serve(target);
        return gaveUp ? Verdict.RESET : Verdict.PASS;
    }

    /** After the attack: the other devices serve, the victim does after its reset, and nothing else has changed. */
    void checkNoHarm() throws IOException, InterruptedException {
        for (Target other : Target.values()) {
            if (other.device != target.device) {
                serve(other);
            }
        }
        rebind();
        for (Target own : Target.values()) {
            if (own.device == target.device) {
                serve(own);
            }
        }
        assertThat(bugs).as("bugs of the host").isEmpty();
        assertThat(faults).as("faults after the reset").allMatch(List::isEmpty);
        byte[] canary = new byte[CANARY_BYTES];
        memory.read(CANARY, canary, 0, CANARY_BYTES);
        assertThat(canary).as("memory that no request mentioned").containsOnly(0x5C);
        byte[] now = Files.readAllBytes(disk);
        int half = content.length / 2;
        assertThat(Arrays.mismatch(now, half, now.length, content, half, content.length))
                .as("the disk's second half")
                .isEqualTo(-1);
    }

    @Override
    public void close() {
        devices.forEach(VirtioDevice::close);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("virtio-") && !name.equals("virtio-console-input")))
                .as("threads of closed devices")
                .isEmpty();
    }

    /** A request that must succeed. */
    private void serve(Target which) throws InterruptedException {
        FakeDriver driver = driver(which);
        switch (which) {
            case DISK -> {
                memory.putLong(GOOD, 0);
                memory.putLong(GOOD + 8, SECTORS - 2);
                driver.readable(GOOD, 16).writable(GOOD + 0x1000, 1024).writable(GOOD + 16, 1);
            }
            case CONSOLE -> {
                memory.write(GOOD, new byte[] {'g', 'o', 'o', 'd'}, 0, 4);
                driver.readable(GOOD, 4);
            }
            case CONSOLE_INPUT -> {
                input.add(new byte[] {'k'});
                driver.writable(GOOD, 64);
            }
            case PORT -> {
                memory.write(GOOD, new byte[] {'g', 'o', 'o', 'd'}, 0, 4);
                driver.readable(GOOD, 4);
            }
            case PORT_INPUT -> {
                greet();
                port.send("k");
                driver.writable(GOOD, 64);
            }
            case PORT_CONTROL -> {
                memory.write(GOOD, ControlMessage.bytes(-1, ControlMessage.DEVICE_READY, 1), 0, ControlMessage.BYTES);
                driver.readable(GOOD, ControlMessage.BYTES);
            }
            case PORT_CONTROL_INPUT -> {
                rebind(which);
                greet();
                driver = driver(which).writable(GOOD, 64);
            }
            case ENTROPY -> driver.writable(GOOD, 32);
        }
        int id = driver.offer();
        devices.get(which.device).notifyQueue(which.queue);
        Optional<FakeDriver.Used> used = awaitUsed(which);
        assertThat(used).as("a good request to %s; faults %s", which, faults).isPresent();
        while (used.isPresent() && used.get().id() != id) {
            used = awaitUsed(which);
        }
        if (which == Target.DISK) {
            byte[] read = new byte[1024];
            memory.read(GOOD + 0x1000, read, 0, 1024);
            assertThat(memory.getByte(GOOD + 16)).isZero();
            assertThat(read).isEqualTo(Arrays.copyOfRange(content, content.length - 1024, content.length));
        }
        if (which == Target.PORT) {
            port.awaitEnd("good");
        }
        if (which == Target.CONSOLE) {
            await("the console's output", () -> output.endsWith("good"));
        }
    }

    private Optional<FakeDriver.Used> awaitUsed(Target which) {
        Optional<FakeDriver.Used> used = driver(which).used();
        while (used.isEmpty()) {
            if (!faults(which).isEmpty() || !bugs.isEmpty()) {
                return driver(which).used();
            }
            awaitEvent("a used buffer of " + which + ", or a fault");
            used = driver(which).used();
        }
        return used;
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            awaitEvent(what);
        }
    }

    private void awaitEvent(String what) {
        try {
            assertThat(events.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("%s within %d s", what, TIMEOUT_SECONDS)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    private void bind(int index) {
        VirtioDevice device = devices.get(index);
        device.reset();
        faults.get(index).clear();
        if (index == Target.PORT.device) {
            ignored.clear();
        }
        device.acceptFeatures(device.offeredFeatures());
        for (Target each : Target.values()) {
            if (each.device == index) {
                FakeDriver driver = new FakeDriver(memory, ringAddress(each), RING_ENTRIES);
                drivers.put(each, driver);
                device.enableQueue(each.queue, RING_ENTRIES, driver.ringAddress(), events::release);
            }
        }
    }

    private FakeDriver driver(Target which) {
        FakeDriver driver = drivers.get(which);
        if (driver == null) {
            throw new IllegalStateException("no driver for " + which);
        }
        return driver;
    }

    long ringAddress() {
        return ringAddress(target);
    }

    private static long ringAddress(Target which) {
        return which.device * DEVICE_STRIDE + 0x1000 + which.queue * 0x1000L;
    }

    private static long configAddress(int index) {
        return index * DEVICE_STRIDE + 0x100;
    }

    private List<String> faults(Target which) {
        return faults.get(which.device);
    }

    private void log(int index, String line) {
        if (line.contains("driver fault")) {
            faults.get(index).add(line);
        } else if (index == Target.PORT.device && line.contains("ignored")) {
            ignored.add(line);
        }
        events.release();
    }

    private void print(byte[] bytes, int length) {
        output = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        events.release();
    }

    private int takeInput(byte[] into) throws IOException {
        try {
            byte[] bytes = input.take();
            System.arraycopy(bytes, 0, into, 0, bytes.length);
            return bytes.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("closed", new UncheckedIOException(new IOException(e)));
        }
    }
}
