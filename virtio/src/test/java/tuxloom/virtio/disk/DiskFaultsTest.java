package tuxloom.virtio.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults happen where they were asked for, and nowhere else. */
class DiskFaultsTest {
    private static final int SIZE = 1 << 20;

    @TempDir
    Path folder;

    private final DiskModel model = new DiskModel(new byte[SIZE], 1);

    private Path image() throws IOException {
        return Files.write(folder.resolve("disk.img"), new byte[SIZE]);
    }

    @Test
    void badSectorFailsAndItsNeighboursDoNot() throws IOException {
        try (Disk disk = DiskImages.open(DiskOptions.of(image()), DiskFaults.NONE.withBadSector(10))) {
            assertThatThrownBy(() -> DiskModel.bytes(disk, 10 * 512, 512)).hasMessageContaining("sector 10");
            assertThatThrownBy(() -> model.write(disk, 0, 11 * 512)).hasMessageContaining("sector 10");
            model.write(disk, 0, 10 * 512);
            model.write(disk, 11 * 512, 512);
            assertThat(DiskModel.bytes(disk, 11 * 512, 512))
                    .isEqualTo(Arrays.copyOfRange(model.content(), 11 * 512, 12 * 512));
        }
    }

    @Test
    void requestsTakeAsLongAsAsked() throws IOException {
        try (Disk disk = DiskImages.open(DiskOptions.of(image()), DiskFaults.NONE.withLatency(Duration.ofMillis(20)))) {
            long start = System.nanoTime();
            DiskModel.bytes(disk, 0, 512);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
        }
    }

    @Test
    void powerCutTakesBackWhatWasNotFlushed() throws IOException {
        Path image = image();
        AtomicInteger cuts = new AtomicInteger();
        DiskFaults faults = DiskFaults.NONE.withCut(5, false).then(cuts::incrementAndGet);
        Disk disk = DiskImages.open(DiskOptions.of(image), faults);
        model.write(disk, 0, 4096);
        model.write(disk, 8192, 4096);
        disk.flush();
        byte[] durable = model.content().clone();
        model.write(disk, 4096, 8192);
        disk.writeZeroes(0, 4096, true);
        assertThat(cuts).hasValue(0);

        assertThatThrownBy(() -> model.write(disk, 100 * 512, 512)).hasMessageContaining("power is off");

        assertThat(cuts).hasValue(1);
        assertThatThrownBy(disk::flush).hasMessageContaining("power is off");
        assertThatThrownBy(() -> DiskModel.bytes(disk, 0, 512)).hasMessageContaining("power is off");
        disk.close();
        assertThat(Files.readAllBytes(image)).isEqualTo(durable);
    }

    @Test
    void tornWriteLeavesItsFirstHalf() throws IOException {
        Path image = image();
        Disk disk = DiskImages.open(DiskOptions.of(image), DiskFaults.NONE.withCut(2, true));
        model.write(disk, 0, 4096);
        byte[] before = model.content().clone();
        DiskModel next = new DiskModel(new byte[SIZE], 2);
        assertThatThrownBy(() -> next.write(disk, 0, 4096)).hasMessageContaining("power is off");
        disk.close();
        byte[] after = Files.readAllBytes(image);
        assertThat(Arrays.mismatch(after, 2048, SIZE, before, 2048, SIZE)).isEqualTo(-1);
        assertThat(Arrays.equals(after, 0, 2048, before, 0, 2048)).isFalse();
    }

    /** At whichever write the power fails: the tables are sound, and what was flushed is there. */
    @Test
    void qcow2SurvivesACutAtAnyWrite() throws IOException {
        for (int write = 1; write < 120; write++) {
            Path image = folder.resolve("cut.qcow2");
            Files.deleteIfExists(image);
            Qcow2Images.create(image, Qcow2Images.Layout.of(SIZE).withClusterBits(9));
            DiskModel each = new DiskModel(new byte[SIZE], write);
            byte[] durable = each.content().clone();
            Disk disk = DiskImages.open(DiskOptions.of(image), DiskFaults.NONE.withCut(write, write % 2 == 0));
            boolean off = false;
            for (int round = 0; round < 40 && !off; round++) {
                try {
                    each.write(disk, round * 9 % 64 * 8192, 8192 + 512);
                    disk.discard(round * 5 % 64 * 8192L, 8192);
                    disk.flush();
                    durable = DiskModel.bytes(disk, 0, SIZE);
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("power is off");
                    off = true;
                }
            }
            close(disk);
            assertThat(ImageFiles.check(image, Format.QCOW2).lines())
                    .as("cut at write %d", write)
                    .isEmpty();
            try (Disk after = DiskImages.open(DiskOptions.of(image))) {
                assertDurable(DiskModel.bytes(after, 0, SIZE), durable, each.content(), write);
            }
        }
    }

    private static void close(Disk disk) {
        try {
            disk.close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("power is off");
        }
    }

    /** Each sector holds what was flushed, or what was being written, or, discarded since, zeroes. */
    private static void assertDurable(byte[] found, byte[] durable, byte[] newer, int write) {
        for (int at = 0; at < SIZE; at += 512) {
            byte[] sector = Arrays.copyOfRange(found, at, at + 512);
            boolean known = Arrays.equals(sector, Arrays.copyOfRange(durable, at, at + 512))
                    || Arrays.equals(sector, Arrays.copyOfRange(newer, at, at + 512))
                    || Arrays.equals(sector, new byte[512]);
            assertThat(known)
                    .as("sector %d after a cut at write %d", at / 512, write)
                    .isTrue();
        }
    }
}
