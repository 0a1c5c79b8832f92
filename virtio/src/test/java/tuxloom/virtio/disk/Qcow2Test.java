package tuxloom.virtio.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images made here, by themselves; {@link QemuInteropTest} asks QEMU what it thinks of them. */
class Qcow2Test {
    private static final int SIZE = 4 << 20;

    @TempDir
    Path folder;

    private Path create(Qcow2Images.Layout layout) throws IOException {
        Path image = folder.resolve("image.qcow2");
        Qcow2Images.create(image, layout);
        return image;
    }

    private static Disk open(Path image) throws IOException {
        return DiskImages.open(DiskOptions.of(image));
    }

    private static void assertSound(Path image) throws IOException {
        try (HostFile file = HostFile.open(image, false)) {
            Qcow2Check check = Qcow2Check.of(file, DiskImages.headerOf(file));
            check.compareCounts();
            assertThat(check.errors()).isEmpty();
            assertThat(check.leaks()).isZero();
        }
    }

    @Test
    void spaceThatWasDiscardedIsUsedAgainByLargeWrites() throws IOException {
        Path image = folder.resolve("used-again.qcow2");
        Qcow2Images.create(image, Qcow2Images.Layout.of(4 << 20));
        try (Disk disk = DiskImages.open(image, Format.QCOW2, true, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment content = arena.allocate(1 << 20).fill((byte) 7);
            for (int round = 0; round < 50; round++) {
                disk.write(0, List.of(content));
                disk.flush();
                disk.discard(0, 1 << 20);
                disk.flush();
            }
        }
        assertThat(Files.size(image)).isLessThan(8 << 20);
        assertThat(ImageFiles.check(image, Format.QCOW2).lines()).isEmpty();
        assertThat(ImageFiles.check(image, Format.QCOW2).leaks()).isZero();
    }

    @Test
    void newImageReadsAsZeroes() throws IOException {
        Path image = create(Qcow2Images.Layout.of(SIZE));
        assertSound(image);
        try (Disk disk = open(image)) {
            assertThat(disk.sizeBytes()).isEqualTo(SIZE);
            assertThat(DiskModel.bytes(disk, 0, SIZE)).containsOnly(0);
        }
        assertThat(Files.size(image)).isLessThan(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 12, 16, 20})
    void randomRequestsAgreeWithAModelOverReopenings(int clusterBits) throws IOException {
        Path image = create(Qcow2Images.Layout.of(SIZE).withClusterBits(clusterBits));
        DiskModel model = new DiskModel(new byte[SIZE], clusterBits);
        for (int round = 0; round < 4; round++) {
            try (Disk disk = open(image)) {
                model.exercise(disk, 150);
            }
            assertSound(image);
        }
        try (Disk disk = open(image)) {
            assertThat(Arrays.mismatch(DiskModel.bytes(disk, 0, SIZE), model.content()))
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 16})
    void overlayHidesItsBaseAndLeavesItAlone(int clusterBits) throws IOException {
        byte[] content = new byte[SIZE - 512 * 3];
        new Random(4).nextBytes(content);
        Path base = Files.write(folder.resolve("base.img"), content);
        Path image =
                create(Qcow2Images.Layout.of(SIZE).withClusterBits(clusterBits).over("base.img", Format.RAW));
        DiskModel model = new DiskModel(Arrays.copyOf(content, SIZE), clusterBits);
        for (int round = 0; round < 3; round++) {
            try (Disk disk = open(image)) {
                model.exercise(disk, 100);
                assertThat(Arrays.mismatch(DiskModel.bytes(disk, 0, SIZE), model.content()))
                        .isEqualTo(-1);
            }
            assertSound(image);
        }
        assertThat(Files.readAllBytes(base)).isEqualTo(content);
    }

    @Test
    void tableOfReferenceCountsGrows() throws IOException {
        // With clusters of 512 bytes one table cluster covers 8 MiB.
        int size = 48 << 20;
        Path image = create(Qcow2Images.Layout.of(size).withClusterBits(9));
        DiskModel model = new DiskModel(new byte[size], 9);
        try (Disk disk = open(image)) {
            for (int at = 0; at < size; at += 4 << 20) {
                model.write(disk, at, 4 << 20);
            }
        }
        assertSound(image);
        try (Disk disk = open(image)) {
            assertThat(Arrays.mismatch(DiskModel.bytes(disk, 0, size), model.content()))
                    .isEqualTo(-1);
        }
    }

    @Test
    void snapshotForgetsAllChanges() throws IOException {
        byte[] content = new byte[SIZE];
        new Random(5).nextBytes(content);
        Path base = Files.write(folder.resolve("base.img"), content);
        DiskModel model = new DiskModel(content.clone(), 16);
        try (Disk disk = DiskImages.open(DiskOptions.of(base).withSnapshot())) {
            model.exercise(disk, 100);
            assertThat(Arrays.mismatch(DiskModel.bytes(disk, 0, SIZE), model.content()))
                    .isEqualTo(-1);
        }
        assertThat(Files.readAllBytes(base)).isEqualTo(content);
    }

    @Test
    void overlayFileIsMadeAndThenKept() throws IOException {
        byte[] content = new byte[SIZE];
        new Random(6).nextBytes(content);
        Path base = Files.write(folder.resolve("base.img"), content);
        Path overlay = folder.resolve("overlay");
        DiskOptions options = DiskOptions.of(base).withOverlay(overlay);
        DiskModel model = new DiskModel(content.clone(), 16);
        for (int round = 0; round < 2; round++) {
            try (Disk disk = DiskImages.open(options)) {
                model.exercise(disk, 50);
            }
        }
        try (Disk disk = DiskImages.open(options)) {
            assertThat(Arrays.mismatch(DiskModel.bytes(disk, 0, SIZE), model.content()))
                    .isEqualTo(-1);
        }
        assertThat(Files.readAllBytes(base)).isEqualTo(content);
        Path other = Files.write(folder.resolve("other.img"), content);
        assertThatThrownBy(() -> DiskImages.open(DiskOptions.of(other).withOverlay(overlay)))
                .hasMessageContaining("base.img")
                .hasMessageContaining("other.img");
    }

    @Test
    void contentAloneDoesNotMakeAnImageQcow2() throws IOException {
        Path image = create(Qcow2Images.Layout.of(SIZE));
        Path renamed = Files.move(image, folder.resolve("raw.img"));
        assertThatThrownBy(() -> open(renamed)).hasMessageContaining("begins like a qcow2 image");
        try (Disk disk = DiskImages.open(DiskOptions.of(renamed).with(Format.QCOW2))) {
            assertThat(disk.sizeBytes()).isEqualTo(SIZE);
        }
        try (Disk disk = DiskImages.open(DiskOptions.of(renamed).with(Format.RAW))) {
            assertThat(disk.sizeBytes()).isEqualTo(Files.size(renamed));
        }
    }

    @Test
    void corruptImagesAreRefusedWithTheOffset() throws IOException {
        assertRefused(4, 7, "version 7");
        assertRefused(20, 40, "40 at offset 20");
        assertRefused(32, 1, "encrypted (method 1 at offset 32)");
        assertRefused(36, 0, "offset 36");
        assertRefused(44, 0x30001, "L1 table (offset 40)");
        assertRefused(44, 0x7FFF0000, "L1 table (offset 40)");
        assertRefused(52, 0x10200, "reference count table (offset 48)");
        assertRefused(56, 0x10000, "offset 56");
        assertRefused(76, 4, "bits 0x4");
        assertRefused(76, 2, "marked as corrupt (bit 1 at offset 72)");
        assertRefused(96, 9, "9 at offset 96");
    }

    private void assertRefused(int at, int value, String message) throws IOException {
        Path image = folder.resolve("corrupt.qcow2");
        Files.deleteIfExists(image);
        Qcow2Images.create(image, Qcow2Images.Layout.of(SIZE));
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(at);
            file.writeInt(value);
        }
        assertThatThrownBy(() -> open(image))
                .as("%d at offset %d", value, at)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("corrupt.qcow2")
                .hasMessageContaining(message);
    }

    @Test
    void filesThatEndInsideTheirHeaderAreRefused() throws IOException {
        for (int bytes = 72; bytes < 104; bytes++) {
            Path image = folder.resolve("short.qcow2");
            Files.deleteIfExists(image);
            Qcow2Images.create(image, Qcow2Images.Layout.of(SIZE));
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(bytes);
            }
            assertThatThrownBy(() -> open(image))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ends inside its header, at offset " + bytes);
        }
    }

    @Test
    void brokenTablesAreErrorsThatNameTheEntry() throws IOException {
        for (long entry : new long[] {0x123, 0x8000_0000_0000_0000L, 0x0100_0000_0005_0000L, 0x8000_0000_0001_0000L}) {
            Path image = folder.resolve("broken.qcow2");
            Files.deleteIfExists(image);
            Qcow2Images.create(image, Qcow2Images.Layout.of(SIZE));
            long l2;
            try (Disk disk = open(image)) {
                new DiskModel(new byte[SIZE], 16).write(disk, 0, 512);
            }
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.seek(3 * 65536);
                l2 = file.readLong() & Qcow2Entry.OFFSET_MASK;
                file.seek(l2);
                file.writeLong(entry);
            }
            try (Disk disk = open(image)) {
                if (entry != 0x8000_0000_0000_0000L) {
                    assertThatThrownBy(() -> DiskModel.bytes(disk, 0, 512))
                            .as("entry 0x%x", entry)
                            .hasMessageContaining("0x" + Long.toHexString(l2));
                }
                assertThat(DiskModel.bytes(disk, 65536, 512)).containsOnly(0);
            }
        }
    }
}
