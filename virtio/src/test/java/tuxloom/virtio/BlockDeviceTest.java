package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.virtio.disk.DiskOptions;

/** Disks, by virtio 1.2, section 5.2. */
class BlockDeviceTest {
    private static final int SECTORS = 64;
    private static final long HEADER = 0x8000;
    private static final long STATUS = 0x8800;
    private static final long DATA = 0x10000;

    @TempDir
    Path folder;

    private Path file;
    private byte[] content;
    private FakeGuest guest;
    private FakeDriver driver;

    @BeforeEach
    void makeDisk() throws IOException {
        file = folder.resolve("disk.img");
        content = new byte[SECTORS * 512];
        new Random(1).nextBytes(content);
        Files.write(file, content);
        plug(false);
    }

    @AfterEach
    void unplug() {
        guest.close();
    }

    private void plug(boolean readOnly) throws IOException {
        if (guest != null) {
            guest.close();
        }
        guest = new FakeGuest(log -> open(file, readOnly, log)).bind();
        driver = guest.enable(0);
    }

    private static VirtioDevice open(Path path, boolean readOnly, Consumer<String> log) throws IOException {
        DiskOptions options = DiskOptions.of(path);
        return BlockDevice.open(readOnly ? options.forReading() : options, 1, log)
                .device();
    }

    /** Writes a request header and an answer that the device must overwrite. */
    private FakeDriver request(int type, long sector) {
        header(type, sector);
        return driver.readable(HEADER, 16);
    }

    private void header(int type, long sector) {
        guest.memory.putInt(HEADER, type);
        guest.memory.putInt(HEADER + 4, 0);
        guest.memory.putLong(HEADER + 8, sector);
        guest.memory.putByte(STATUS, (byte) 0x77);
    }

    /** Offers what was collected, with the status byte at its usual place, and returns the status. */
    private int execute() {
        driver.writable(STATUS, 1).offer();
        guest.notifyAndAwait(0, driver);
        return guest.memory.getByte(STATUS);
    }

    @Test
    void configSpaceHasCapacitySegmentsBlockSizeAndBestSize() {
        assertThat(guest.memory.getLong(FakeGuest.CONFIG_ADDRESS)).isEqualTo(SECTORS);
        assertThat(guest.memory.getInt(FakeGuest.CONFIG_ADDRESS + 12)).isEqualTo(254);
        assertThat(guest.memory.getInt(FakeGuest.CONFIG_ADDRESS + 20)).isEqualTo(512);
        assertThat(guest.memory.getInt(FakeGuest.CONFIG_ADDRESS + 28))
                .as("blocks of 512 bytes")
                .isEqualTo(4096);
        assertThat(guest.device().deviceId()).isEqualTo(2);
        assertThat(guest.device().offeredFeatures()).isEqualTo(0x5_1000_6E46L);
    }

    @Test
    void readDeliversTheSectors() {
        assertThat(request(0, 3).writable(DATA, 1024)).isNotNull();

        assertThat(execute()).isZero();
        assertThat(guest.bytes(DATA, 1024)).isEqualTo(Arrays.copyOfRange(content, 3 * 512, 5 * 512));
    }

    @Test
    void usedLengthOfAReadCountsDataAndStatus() {
        request(0, 0).writable(DATA, 1024).writable(STATUS, 1).offer();

        assertThat(guest.notifyAndAwait(0, driver).length()).isEqualTo(1025);
    }

    @Test
    void writeChangesTheFileAndNothingElse() throws IOException {
        guest.putText(DATA, "x".repeat(512));
        request(1, 5).readable(DATA, 512);

        assertThat(execute()).isZero();
        Arrays.fill(content, 5 * 512, 6 * 512, (byte) 'x');
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void lastSectorIsReadAndWritten() throws IOException {
        request(0, SECTORS - 1).writable(DATA, 512);
        assertThat(execute()).isZero();
        request(1, 0).readable(DATA, 512);
        assertThat(execute()).isZero();

        System.arraycopy(content, content.length - 512, content, 0, 512);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void dataInManyRangesIsOneRunOfBytes() throws IOException {
        request(0, 1);
        int[] lengths = {1, 511, 700, 3, 321};
        long at = DATA;
        for (int length : lengths) {
            driver.writable(at, length);
            at += length + 16L;
        }
        assertThat(execute()).isZero();
        request(1, 10);
        at = DATA;
        for (int length : lengths) {
            driver.readable(at, length);
            at += length + 16L;
        }
        assertThat(execute()).isZero();

        System.arraycopy(content, 512, content, 10 * 512, 3 * 512);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void largestAnnouncedRequestWorksThroughATable() {
        request(0, 0);
        for (int i = 0; i < BlockConfig.SEG_MAX; i++) {
            driver.writable(DATA + 256L * i, i % 2 == 0 ? 64 : 128);
        }
        driver.writable(STATUS, 1).offerIndirect(0x4000);
        guest.notifyAndAwait(0, driver);

        assertThat(guest.memory.getByte(STATUS))
                .as("24,384 bytes are not whole sectors")
                .isEqualTo((byte) 1);

        request(0, 0);
        for (int i = 0; i < BlockConfig.SEG_MAX; i++) {
            driver.writable(DATA + 256L * i, i < 252 ? 64 : 128);
        }
        driver.writable(STATUS, 1).offerIndirect(0x4000);
        guest.notifyAndAwait(0, driver);

        assertThat(guest.memory.getByte(STATUS)).as("16,384 bytes").isZero();
        assertThat(guest.bytes(DATA + 256L * 253, 128)).isEqualTo(Arrays.copyOfRange(content, 16_384 - 128, 16_384));
    }

    @Test
    void framingMeansNothing() {
        header(0, 2);
        driver.readable(HEADER, 1)
                .readable(HEADER + 1, 7)
                .readable(HEADER + 8, 8)
                .writable(DATA, 100)
                .writable(DATA + 100, 413)
                .offer();
        guest.notifyAndAwait(0, driver);

        assertThat(guest.bytes(DATA, 512)).isEqualTo(Arrays.copyOfRange(content, 1024, 1536));
        assertThat(guest.memory.getByte(DATA + 512)).as("status").isZero();
    }

    @Test
    void flushSucceeds() {
        request(4, 0);

        assertThat(execute()).isZero();
    }

    @Test
    void idIsTheEndOfTheFileName() throws IOException {
        request(8, 0).writable(DATA, 20);
        assertThat(execute()).isZero();
        assertThat(guest.text(DATA, 20)).isEqualTo("disk.img" + "\0".repeat(12));

        file = folder.resolve("a-disk-with-a-long-näme.img");
        Files.write(file, content);
        plug(false);
        request(8, 0).writable(DATA, 32);
        assertThat(execute()).isZero();
        assertThat(guest.text(DATA, 21)).isEqualTo("with-a-long-n_me.img\0");
    }

    @Test
    void shortBufferForTheIdGetsItsStart() {
        request(8, 0).writable(DATA, 4);

        assertThat(execute()).isZero();
        assertThat(guest.text(DATA, 5)).isEqualTo("disk\0");
    }

    @Test
    void unknownTypesAreUnsupported() {
        for (int type : new int[] {2, 3, 5, 6, 7, 9, 10, 12, 14, 0x8000_0000, -1}) {
            request(type, 0).writable(DATA, 512);
            assertThat(execute()).as("type %d", type).isEqualTo(2);
        }
    }

    @Test
    void requestsOutsideTheDiskAreErrors() throws IOException {
        long[] sectors = {SECTORS, SECTORS - 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 55, (1L << 55) - 1};
        for (long sector : sectors) {
            request(0, sector).writable(DATA, 1024);
            assertThat(execute()).as("read at %d", sector).isEqualTo(1);
            request(1, sector).readable(DATA, 1024);
            assertThat(execute()).as("write at %d", sector).isEqualTo(1);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void halfSectorsAreErrors() throws IOException {
        request(0, 0).writable(DATA, 511);
        assertThat(execute()).isEqualTo(1);
        request(1, 0).readable(DATA, 513);
        assertThat(execute()).isEqualTo(1);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void failedReadDeliversZeroes() {
        guest.putText(DATA, "secret");
        request(0, SECTORS).writable(DATA, 512);

        assertThat(execute()).isEqualTo(1);
        assertThat(guest.bytes(DATA, 512)).containsOnly(0);
    }

    @Test
    void readOnlyDiskSaysSoAndRefusesWrites() throws IOException {
        plug(true);
        assertThat(guest.device().offeredFeatures() & BlockDevice.FEATURE_RO).isNotZero();

        request(1, 0).readable(DATA, 512);
        assertThat(execute()).isEqualTo(1);
        request(0, 0).writable(DATA, 512);
        assertThat(execute()).isZero();
        request(4, 0);
        assertThat(execute()).isZero();
        assertThat(guest.bytes(DATA, 512)).isEqualTo(Arrays.copyOf(content, 512));
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void fileThatShrankIsAnErrorForTheGuestAndALineForTheHost() throws IOException {
        try (RandomAccessFile shrunk = new RandomAccessFile(file.toFile(), "rw")) {
            shrunk.setLength(512);
        }
        request(0, 0).writable(DATA, 1024);

        assertThat(execute()).isEqualTo(1);
        assertThat(guest.log).singleElement().asString().contains("disk.img").contains("ends at byte 512");
        assertThat(guest.bytes(DATA, 1024)).containsOnly(0);
    }

    @Test
    void requestThatCannotBeAnsweredBreaksTheDevice() throws IOException {
        request(0, 0).readable(DATA, 512).offer();
        FakeDriver broken = driver;
        guest.device().notifyQueue(0);
        FakeGuest.awaitLines(guest.log, 1);
        guest.rebind();
        driver = guest.enable(0);
        header(0, 0);
        driver.readable(HEADER, 15).writable(STATUS, 1).offer();
        guest.device().notifyQueue(0);
        FakeGuest.awaitLines(guest.log, 2);

        assertThat(broken.used()).isEmpty();
        assertThat(guest.log.get(0)).contains("528 readable and 0 writable");
        assertThat(guest.log.get(1)).contains("15 readable and 1 writable");
    }

    @Test
    void randomRequestsAgreeWithAModel() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            int sectors = 1 + random.nextInt(8);
            int sector = random.nextInt(SECTORS - sectors + 1);
            boolean write = random.nextBoolean();
            byte[] data = new byte[sectors * 512];
            request(write ? 1 : 0, sector);
            if (write) {
                random.nextBytes(data);
                guest.memory.write(DATA, data, 0, data.length);
                System.arraycopy(data, 0, content, sector * 512, data.length);
            }
            for (int at = 0; at < data.length; ) {
                int length = Math.min(data.length - at, 1 + random.nextInt(2048));
                driver.element(DATA + at, length, write ? 0 : Descriptor.WRITE);
                at += length;
            }
            if (random.nextBoolean() || driver.freeEntries() < 12) {
                driver.writable(STATUS, 1).offerIndirect(0x4000);
                guest.notifyAndAwait(0, driver);
                assertThat(guest.memory.getByte(STATUS)).isZero();
            } else {
                assertThat(execute()).isZero();
            }
            if (!write) {
                assertThat(guest.bytes(DATA, data.length))
                        .isEqualTo(Arrays.copyOfRange(content, sector * 512, sector * 512 + data.length));
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @Test
    void impossibleDisksAreRefusedWithOneLine() throws IOException {
        Path odd = Files.write(folder.resolve("odd.img"), new byte[1000]);
        Path empty = Files.createFile(folder.resolve("empty.img"));
        Path protectedFile = Files.write(folder.resolve("ro.img"), new byte[512]);
        Files.setPosixFilePermissions(protectedFile, PosixFilePermissions.fromString("r--r--r--"));

        refused(odd, false).hasMessage("disk " + odd + ": size 1000 is not a multiple of 512");
        refused(empty, false).hasMessage("disk " + empty + ": is empty");
        refused(folder, false).hasMessage("disk " + folder + ": is a directory, not a disk image");
        Path missing = folder.resolve("missing.img");
        refused(missing, false).hasMessage("disk " + missing + ": no such file");
        refused(missing, true).hasMessage("disk " + missing + ": no such file");
        refused(protectedFile, false)
                .hasMessage(
                        "disk " + protectedFile + ": is write-protected; make it writable or open it read-only (,ro)");
        refused(Path.of("/dev/null"), false).hasMessage("disk /dev/null: is not a regular file");
        open(protectedFile, true, line -> {}).close();
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refused(Path path, boolean readOnly) {
        return assertThatThrownBy(() -> open(path, readOnly, line -> {})).isInstanceOf(IOException.class);
    }
}
