package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.virtio.disk.Disk;
import tuxloom.virtio.disk.DiskImages;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.Format;
import tuxloom.virtio.disk.ImageFiles;

/** The model of the disk workload finds what is wrong, and nothing else. No guest. */
class DiskModelTest {
    private static final long DISK_BYTES = 16 << 20;
    private static final DiskModel.Workload WORKLOAD = new DiskModel.Workload(5, DISK_BYTES, 3, true);

    private final DiskModel model = new DiskModel(WORKLOAD, DISK_BYTES);

    @TempDir
    Path folder;

    /** A disk that holds what the model says. */
    private Path filled() throws IOException {
        Path image = folder.resolve("model.img");
        ImageFiles.create(image, Format.RAW, DISK_BYTES, null, null);
        try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
            model.fill(disk);
        }
        return image;
    }

    private DiskModel.Comparison compare(Path image) throws IOException {
        try (Disk disk = DiskImages.open(DiskOptions.of(image).forReading())) {
            return model.compare(disk);
        }
    }

    @Test
    void whatTheModelWritesIsWhatItExpects() throws IOException {
        DiskModel.Comparison comparison = compare(filled());

        assertThat(comparison.mismatches()).isEmpty();
        assertThat(comparison.discardedKept()).isPositive();
    }

    @Test
    void oneWrongBitIsFoundInItsSector() throws IOException {
        Path image = filled();
        // The last byte of the sector: nothing but the pseudo-random content is there.
        flip(image, 4321 * 512L + 511);

        assertThat(compare(image).mismatches()).singleElement().asString().startsWith("sector 4321: ");
    }

    @Test
    void contentOfAnotherSectorIsFound() throws IOException {
        Path image = filled();
        byte[] content = Files.readAllBytes(image);
        System.arraycopy(content, 100 * 512, content, 200 * 512, 512);
        Files.write(image, content);

        assertThat(compare(image).mismatches()).singleElement().asString().startsWith("sector 200: ");
    }

    @Test
    void emptyDiskLacksWhatWasWrittenAndNotDiscarded() throws IOException {
        DiskModel.Comparison full = compare(filled());
        Path empty = folder.resolve("empty.img");
        ImageFiles.create(empty, Format.RAW, DISK_BYTES, null, null);

        DiskModel.Comparison comparison = compare(empty);

        assertThat(comparison.mismatches()).isNotEmpty();
        assertThat(comparison.discardedKept()).isZero();
        assertThat(comparison.discardedZero()).isEqualTo(full.discardedZero() + full.discardedKept());
    }

    @Test
    void everyKindOfRequestIsPartOfTheWorkload() {
        DiskModel.Requests requests = model.requests();

        assertThat(requests.reads()).isPositive();
        assertThat(requests.writes()).isPositive();
        assertThat(requests.discards()).isPositive();
        assertThat(requests.zeroes()).isPositive();
    }

    private static void flip(Path image, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }
}
