package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.kernel.LinuxMachineException;
import tuxloom.tests.boot.DiskModel.Comparison;
import tuxloom.tests.boot.DiskModel.Requests;
import tuxloom.tests.boot.DiskModel.Workload;
import tuxloom.virtio.disk.Disk;
import tuxloom.virtio.disk.DiskImages;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.Format;
import tuxloom.virtio.disk.ImageFiles;

/**
 * The guest reads, writes, discards and zeroes all over a disk and checks what it reads; then the image is compared with a model of the
 * same steps, sector by sector. {@code scripts/test disk --mib N} wants disks, and data moved, of N MiB.
 */
@Tag("disk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiskWorkloadTest {
    private static final int DEFAULT_MIB = 64;
    private static final int SMALL_BYTES = 16 << 20;
    /** What a slow machine beside other work may take for a MiB. */
    private static final Duration LIMIT_PER_MIB = Duration.ofMillis(500);

    private static final Duration LIMIT_AT_LEAST = Duration.ofMinutes(2);

    /** Where a disk's content is. */
    private enum Kind {
        RAW(100),
        QCOW2(200),
        OVERLAY(300);

        private final int seed;

        Kind(int seed) {
            this.seed = seed;
        }
    }

    private final long diskBytes = (long) Integer.getInteger("tuxloom.disk.mib", DEFAULT_MIB) << 20;
    private final List<String> totals = new ArrayList<>();

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> imageHoldsWhatTheModelSays() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(1, 4)
                        .map(cpus -> DynamicTest.dynamicTest(kind + " on " + cpus + " CPUs", () -> run(kind, cpus))));
    }

    @AfterAll
    void printTotals() throws IOException {
        Files.write(Files.createDirectories(Path.of("target")).resolve("disk-totals.txt"), totals);
    }

    private void run(Kind kind, int cpus) throws IOException, InterruptedException, LinuxMachineException {
        Workload workload = new Workload(kind.seed + cpus, diskBytes, 2 * cpus, kind == Kind.OVERLAY);
        Path base = folder.resolve("base.img");
        Path image = folder.resolve(kind == Kind.RAW ? "disk.img" : "disk.qcow2");
        DiskOptions disk = DiskOptions.of(image);
        switch (kind) {
            case RAW -> ImageFiles.create(image, Format.RAW, diskBytes, null, null);
            case QCOW2 -> ImageFiles.create(image, Format.QCOW2, diskBytes, null, null);
            case OVERLAY -> {
                makeFilled(base, workload, diskBytes);
                disk = DiskOptions.of(base).withOverlay(image);
            }
        }
        long start = System.nanoTime();
        String printed;
        try (GuestSession guest = GuestSession.with().cpus(cpus).disk(disk).boot()) {
            GuestSession.Result result = guest.run(workload.command("/dev/vda"), limit());
            printed = result.ok();
            guest.powerOff();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        DiskModel model = new DiskModel(workload, diskBytes);
        Requests requests = model.requests();
        assertThat(printed.lines())
                .contains(
                        "reads " + requests.reads(),
                        "writes " + requests.writes(),
                        "discards " + requests.discards(),
                        "zeroes " + requests.zeroes(),
                        "flushes " + requests.flushes(),
                        "mismatches 0");
        Comparison comparison = compare(model, disk);
        assertThat(comparison.mismatches()).as("%s on %d CPUs", kind, cpus).isEmpty();
        if (kind != Kind.RAW) {
            assertThat(ImageFiles.check(image, Format.QCOW2).lines()).isEmpty();
        }
        if (kind == Kind.OVERLAY) {
            DiskModel untouched = new DiskModel(new Workload(workload.seed(), 0, 1, true), diskBytes);
            assertThat(compare(untouched, DiskOptions.of(base)).mismatches())
                    .as("the image below the overlay")
                    .isEmpty();
            Files.delete(base);
        }
        Files.delete(image);
        totals.add("%s on %d CPUs: %d MiB, %s; discarded sectors: %d zero, %d as before; no mismatch; %.0f s"
                .formatted(
                        kind,
                        cpus,
                        diskBytes >> 20,
                        requests,
                        comparison.discardedZero(),
                        comparison.discardedKept(),
                        seconds));
    }

    /** What the tool reads is really looked at: one byte that the host changed makes it fail, and names the sector. */
    @Test
    void guestFindsASectorThatTheHostChanged() throws IOException, InterruptedException, LinuxMachineException {
        Workload nothing = new Workload(9, 0, 2, true);
        Path image = folder.resolve("changed.img");
        makeFilled(image, nothing, SMALL_BYTES);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(12_345 * 512L + 300);
            file.writeLong(0);
        }
        try (GuestSession guest = GuestSession.with().cpus(2).disk(image).boot()) {
            GuestSession.Result result = guest.run(nothing.command("/dev/vda"), limit());
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.output()).contains("mismatch sector 12345: ").contains("mismatches 1");
            guest.powerOff();
        }
        Comparison comparison = compare(new DiskModel(nothing, SMALL_BYTES), DiskOptions.of(image));
        assertThat(comparison.mismatches()).singleElement().asString().startsWith("sector 12345: ");
    }

    private static void makeFilled(Path image, Workload workload, long bytes) throws IOException {
        ImageFiles.create(image, Format.RAW, bytes, null, null);
        try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
            new DiskModel(new Workload(workload.seed(), 0, 1, true), bytes).fill(disk);
        }
    }

    private static Comparison compare(DiskModel model, DiskOptions options) throws IOException {
        try (Disk disk = DiskImages.open(options.forReading())) {
            return model.compare(disk);
        }
    }

    private Duration limit() {
        Duration wanted = LIMIT_PER_MIB.multipliedBy(diskBytes >> 20);
        return wanted.compareTo(LIMIT_AT_LEAST) > 0 ? wanted : LIMIT_AT_LEAST;
    }
}
