package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.virtio.disk.Disk;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.DiskOptions.Cache;

/** What a block device offers beyond reading and writing: caching modes, holes, several queues, growth (section 5.2). */
class BlockFeaturesTest {
    private static final int SECTORS = 256;
    private static final long HEADER = 0x8000;
    private static final long STATUS = 0x8800;
    private static final long DATA = 0x10000;
    private static final long WRITEBACK = FakeGuest.CONFIG_ADDRESS + 32;

    @TempDir
    Path folder;

    /** A disk in memory that writes down what it is asked for. */
    private static final class RecordingDisk implements Disk {
        final List<String> calls = new ArrayList<>();
        CountDownLatch readsAtOnce = new CountDownLatch(0);

        @Override
        public long sizeBytes() {
            return SECTORS * 512;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public void read(long offset, List<MemorySegment> into) throws IOException {
            readsAtOnce.countDown();
            try {
                if (!readsAtOnce.await(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("the reads of the other queues did not run at the same time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public synchronized void write(long offset, List<MemorySegment> from) {
            calls.add("write");
        }

        @Override
        public synchronized void writeZeroes(long offset, long length, boolean mayUnmap) {
            calls.add("zeroes " + offset + " " + length + " " + mayUnmap);
        }

        @Override
        public synchronized void discard(long offset, long length) {
            calls.add("discard " + offset + " " + length);
        }

        @Override
        public synchronized void flush() {
            calls.add("flush");
        }

        @Override
        public int discardGranularityBytes() {
            return 4096;
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private static BlockDevice over(Disk disk, Cache cache, int queues, Consumer<String> log) {
        return BlockDevice.over(disk, DiskOptions.of(Path.of("x.img")).with(cache), queues, log);
    }

    private static FakeGuest guest(Disk disk, Cache cache) throws IOException {
        return new FakeGuest(log -> over(disk, cache, 1, log).device()).bind();
    }

    private static int execute(FakeGuest guest, FakeDriver driver, int type, long sector, int dataBytes) {
        header(guest, type, sector);
        driver.readable(HEADER, 16);
        if (dataBytes > 0) {
            driver.readable(DATA, dataBytes);
        }
        driver.writable(STATUS, 1).offer();
        guest.notifyAndAwait(0, driver);
        return guest.memory.getByte(STATUS);
    }

    private static void header(FakeGuest guest, int type, long sector) {
        guest.memory.putLong(HEADER, type);
        guest.memory.putLong(HEADER + 8, sector);
        guest.memory.putByte(STATUS, (byte) 0x77);
    }

    private static void range(FakeGuest guest, int index, long sector, int sectors, int flags) {
        guest.memory.putLong(DATA + 16L * index, sector);
        guest.memory.putInt(DATA + 16L * index + 8, sectors);
        guest.memory.putInt(DATA + 16L * index + 12, flags);
    }

    @Test
    void writeBackFlushesWhenTheDriverAsks() throws IOException {
        var disk = new RecordingDisk();
        try (FakeGuest guest = guest(disk, Cache.WRITEBACK)) {
            FakeDriver driver = guest.enable(0);
            assertThat(guest.memory.getByte(WRITEBACK)).isEqualTo((byte) 1);
            execute(guest, driver, 1, 0, 512);
            execute(guest, driver, 1, 0, 512);
            execute(guest, driver, 4, 0, 0);
            assertThat(disk.calls).containsExactly("write", "write", "flush");
        }
    }

    @Test
    void writeThroughMakesEachChangeDurableBeforeItCompletes() throws IOException {
        var disk = new RecordingDisk();
        try (FakeGuest guest = guest(disk, Cache.WRITETHROUGH)) {
            FakeDriver driver = guest.enable(0);
            assertThat(guest.memory.getByte(WRITEBACK)).isZero();
            execute(guest, driver, 1, 0, 512);
            range(guest, 0, 8, 8, 0);
            execute(guest, driver, 11, 0, 16);
            execute(guest, driver, 13, 0, 16);
            assertThat(disk.calls)
                    .containsExactly("write", "flush", "discard 4096 4096", "flush", "zeroes 4096 4096 false", "flush");
        }
    }

    @Test
    void unsafeNeverFlushes() throws IOException {
        var disk = new RecordingDisk();
        try (FakeGuest guest = guest(disk, Cache.UNSAFE)) {
            FakeDriver driver = guest.enable(0);
            execute(guest, driver, 1, 0, 512);
            assertThat(execute(guest, driver, 4, 0, 0)).isZero();
            guest.memory.putByte(WRITEBACK, (byte) 0);
            guest.device().configWritten();
            execute(guest, driver, 1, 0, 512);
            assertThat(disk.calls).containsExactly("write", "write");
        }
    }

    @Test
    void driverSwitchesBetweenWriteBackAndWriteThrough() throws IOException {
        var disk = new RecordingDisk();
        try (FakeGuest guest = guest(disk, Cache.WRITEBACK)) {
            FakeDriver driver = guest.enable(0);
            guest.memory.putByte(WRITEBACK, (byte) 0xFE);
            guest.memory.putLong(FakeGuest.CONFIG_ADDRESS, 12345);
            guest.device().configWritten();
            assertThat(guest.memory.getByte(WRITEBACK)).isZero();
            assertThat(guest.memory.getLong(FakeGuest.CONFIG_ADDRESS)).isEqualTo(SECTORS);
            execute(guest, driver, 1, 0, 512);
            guest.memory.putByte(WRITEBACK, (byte) 1);
            guest.device().configWritten();
            execute(guest, driver, 1, 0, 512);
            assertThat(disk.calls).containsExactly("write", "flush", "write");
        }
    }

    @Test
    void severalRangesAreDiscardedAndOneIsZeroed() throws IOException {
        var disk = new RecordingDisk();
        try (FakeGuest guest = guest(disk, Cache.WRITEBACK)) {
            FakeDriver driver = guest.enable(0);
            range(guest, 0, 0, 8, 0);
            range(guest, 1, 255, 1, 0);
            assertThat(execute(guest, driver, 11, 0, 32)).isZero();
            range(guest, 0, 16, 8, 1);
            assertThat(execute(guest, driver, 13, 0, 16)).isZero();
            assertThat(execute(guest, driver, 13, 0, 32))
                    .as("two ranges to zero")
                    .isEqualTo(1);
            assertThat(disk.calls).containsExactly("discard 0 4096", "discard 130560 512", "zeroes 8192 4096 true");
        }
    }

    @Test
    void requestsOfDifferentQueuesRunAtTheSameTime() throws IOException {
        int queues = 3;
        var disk = new RecordingDisk();
        disk.readsAtOnce = new CountDownLatch(queues);
        try (FakeGuest guest =
                new FakeGuest(log -> over(disk, Cache.WRITEBACK, queues, log).device()).bind()) {
            assertThat(guest.device().offeredFeatures() & BlockDevice.FEATURE_MQ)
                    .isNotZero();
            assertThat(guest.memory.getShort(FakeGuest.CONFIG_ADDRESS + 34)).isEqualTo((short) queues);
            List<FakeDriver> drivers = new ArrayList<>();
            header(guest, 0, 0);
            for (int queue = 0; queue < queues; queue++) {
                FakeDriver driver = guest.enable(queue);
                driver.readable(HEADER, 16)
                        .writable(DATA + 512L * queue, 512)
                        .writable(STATUS + queue, 1)
                        .offer();
                drivers.add(driver);
                guest.device().notifyQueue(queue);
            }
            for (int queue = 0; queue < queues; queue++) {
                guest.await(queue, drivers.get(queue));
                assertThat(guest.memory.getByte(STATUS + queue)).isZero();
            }
        }
    }

    @Test
    void discardedSectorsOfARawImageBecomeAHole() throws IOException {
        Path file = Files.write(folder.resolve("raw.img"), random(1 << 20));
        try (FakeGuest guest = real(file)) {
            FakeDriver driver = guest.enable(0);
            long before = allocatedBytes(file);
            range(guest, 0, 128, 1024, 0);
            assertThat(execute(guest, driver, 11, 0, 16)).isZero();
            assertThat(allocatedBytes(file)).isLessThan(before);
            assertThat(Arrays.copyOfRange(Files.readAllBytes(file), 128 * 512, 1152 * 512))
                    .containsOnly(0);
        }
        assertThat(Files.size(file)).isEqualTo(1 << 20);
    }

    @Test
    void zeroedSectorsOfARawImageAreZeroesWithAndWithoutAHole() throws IOException {
        byte[] content = random(1 << 20);
        Path file = Files.write(folder.resolve("raw.img"), content);
        try (FakeGuest guest = real(file)) {
            FakeDriver driver = guest.enable(0);
            for (int flags : new int[] {0, 1}) {
                int sector = 3 + 100 * flags;
                range(guest, 0, sector, 50, flags);
                assertThat(execute(guest, driver, 13, 0, 16)).isZero();
                Arrays.fill(content, sector * 512, (sector + 50) * 512, (byte) 0);
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void guestLearnsThatTheImageHasGrown() throws IOException {
        Path file = Files.write(folder.resolve("raw.img"), random(1 << 20));
        List<BlockDevice> made = new ArrayList<>();
        try (FakeGuest guest = new FakeGuest(log -> {
                    made.add(BlockDevice.open(DiskOptions.of(file), 1, log));
                    return made.getFirst().device();
                })
                .bind()) {
            FakeDriver driver = guest.enable(0);
            assertThat(execute(guest, driver, 1, 2048, 512)).isEqualTo(1);
            assertThat(made.getFirst().rescan()).isEqualTo(1 << 20);
            assertThat(guest.configInterrupt.pending()).isZero();
            Files.write(file, random(700), StandardOpenOption.APPEND);

            assertThat(made.getFirst().rescan()).isEqualTo((1 << 20) + 512);
            guest.configInterrupt.await();
            assertThat(guest.memory.getLong(FakeGuest.CONFIG_ADDRESS)).isEqualTo(2049);
            assertThat(execute(guest, driver, 1, 2048, 512)).isZero();
        }
    }

    @Test
    void serialNumberIsTheOneAskedFor() throws IOException {
        Path file = Files.write(folder.resolve("raw.img"), random(4096));
        DiskOptions options = DiskOptions.of(file).withSerial("a serial number of more than 20");
        try (FakeGuest guest =
                new FakeGuest(log -> BlockDevice.open(options, 1, log).device()).bind()) {
            FakeDriver driver = guest.enable(0);
            header(guest, 8, 0);
            driver.readable(HEADER, 16).writable(DATA, 20).writable(STATUS, 1).offer();
            guest.notifyAndAwait(0, driver);
            assertThat(guest.text(DATA, 20)).isEqualTo("a serial number of m");
        }
    }

    private static FakeGuest real(Path file) throws IOException {
        return new FakeGuest(
                        log -> BlockDevice.open(DiskOptions.of(file), 1, log).device())
                .bind();
    }

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(9).nextBytes(content);
        return content;
    }

    private static long allocatedBytes(Path file) throws IOException {
        Process du = new ProcessBuilder("du", "-B1", file.toString()).start();
        try (Scanner words = new Scanner(du.getInputStream(), StandardCharsets.US_ASCII)) {
            return words.nextLong();
        }
    }
}
