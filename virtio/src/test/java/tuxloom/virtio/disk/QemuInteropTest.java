package tuxloom.virtio.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** qcow2 images that travel between here and {@code qemu-img} (Debian: qemu-utils; skipped without it). */
class QemuInteropTest {
    private static final int SIZE = 4 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void needsQemuImg() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-img")), "qemu-img is not installed");
    }

    private static String qemu(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/qemu-img"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("the end of %s within 60 s", command)
                .isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
        return output;
    }

    /** QEMU finds nothing wrong with an image, and the same content in it. */
    private void assertQemuAgrees(Path image, byte[] content) throws IOException, InterruptedException {
        assertThat(qemu("check", "-f", "qcow2", image.toString())).contains("No errors were found");
        Path raw = folder.resolve("raw-of-" + image.getFileName());
        qemu("convert", "-f", "qcow2", "-O", "raw", image.toString(), raw.toString());
        assertThat(Arrays.mismatch(Files.readAllBytes(raw), content)).isEqualTo(-1);
    }

    /** Text and noise by turns, so that compression has something to do. */
    private static byte[] content(int seed) {
        byte[] content = new byte[SIZE];
        Random random = new Random(seed);
        for (int at = 0; at < SIZE; at += 32768) {
            switch (random.nextInt(3)) {
                case 0 -> Arrays.fill(content, at, at + 32768, (byte) random.nextInt());
                case 1 -> {
                    for (int i = at; i < at + 32768; i++) {
                        content[i] = (byte) ("qcow2 ".charAt(i % 6) + (random.nextInt(50) == 0 ? 1 : 0));
                    }
                }
                default -> {}
            }
        }
        return content;
    }

    private Path raw(byte[] content) throws IOException {
        return Files.write(folder.resolve("content.raw"), content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    void compressedImagesMadeHereAreReadByQemu(String compression) throws Exception {
        byte[] content = content(8);
        Path image = folder.resolve("packed.qcow2");
        ImageFiles.convertCompressed(raw(content), Format.RAW, image, compression);

        assertQemuAgrees(image, content);
        assertThat(Files.size(image)).isLessThan(SIZE / 4);
        ImageFiles.CheckReport report = ImageFiles.check(image, Format.QCOW2);
        assertThat(report.lines()).isEmpty();
        assertThat(report.leaks()).isZero();
        assertThat(ImageFiles.diff(image, Format.QCOW2, folder.resolve("content.raw"), Format.RAW, 1))
                .isEmpty();
    }

    @Test
    void compressedClustersThatAreWrittenOverGiveTheirSpaceBack() throws Exception {
        byte[] content = content(9);
        Path image = folder.resolve("packed.qcow2");
        ImageFiles.convertCompressed(raw(content), Format.RAW, image, "zlib");
        byte[] noise = new byte[1 << 20];
        new Random(10).nextBytes(noise);
        try (Disk disk = DiskImages.open(image, Format.QCOW2, true, 0);
                Arena arena = Arena.ofConfined()) {
            disk.write(100_000 / 512 * 512, List.of(arena.allocateFrom(ValueLayout.JAVA_BYTE, noise)));
        }
        System.arraycopy(noise, 0, content, 100_000 / 512 * 512, noise.length);

        assertQemuAgrees(image, content);
        assertThat(ImageFiles.check(image, Format.QCOW2).leaks()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 12, 16, 21})
    void imagesMadeHerePassQemusCheck(int clusterBits) throws Exception {
        Path image = folder.resolve("ours.qcow2");
        Qcow2Images.create(image, Qcow2Images.Layout.of(SIZE).withClusterBits(clusterBits));
        DiskModel model = new DiskModel(new byte[SIZE], clusterBits);
        assertQemuAgrees(image, model.content());
        try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
            model.exercise(disk, 200);
        }
        assertQemuAgrees(image, model.content());
    }

    @Test
    void overlaysMadeHerePassQemusCheck() throws Exception {
        byte[] content = content(1);
        Path base = raw(content);
        Path overlay = folder.resolve("overlay.qcow2");
        DiskModel model = new DiskModel(content.clone(), 2);
        try (Disk disk = DiskImages.open(DiskOptions.of(base).withOverlay(overlay))) {
            model.exercise(disk, 100);
        }
        assertQemuAgrees(overlay, model.content());
        assertThat(qemu("info", overlay.toString())).contains("backing file format: raw");
    }

    /** Every kind of image is read here, written to here, and still sound for QEMU. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "compat=1.1",
                "compat=0.10",
                "lazy_refcounts=on",
                "cluster_size=512",
                "cluster_size=2M",
                "preallocation=metadata",
                "refcount_bits=1",
                "refcount_bits=8",
                "refcount_bits=64",
                "-c compression_type=zlib",
                "-c compression_type=zstd",
                "-c compression_type=zstd,cluster_size=4k",
                "-c compression_type=zlib,cluster_size=2M"
            })
    void imagesOfQemuAreReadAndWritten(String options) throws Exception {
        byte[] content = content(options.hashCode());
        Path image = folder.resolve("theirs.qcow2");
        List<String> command = new ArrayList<>(List.of("convert", "-f", "raw", "-O", "qcow2"));
        if (options.startsWith("-c ")) {
            command.add("-c");
        }
        command.addAll(List.of("-o", options.replace("-c ", ""), raw(content).toString(), image.toString()));
        qemu(command.toArray(String[]::new));

        DiskModel model = new DiskModel(content, 3);
        try (Disk disk = DiskImages.open(DiskOptions.of(image).forReading())) {
            assertThat(Arrays.mismatch(DiskModel.bytes(disk, 0, SIZE), content)).isEqualTo(-1);
        }
        for (int round = 0; round < 2; round++) {
            try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
                model.exercise(disk, 60);
            }
            assertQemuAgrees(image, model.content());
        }
    }

    @Test
    void chainOfBackingFilesIsReadAndWritten() throws Exception {
        byte[] content = content(7);
        String base = raw(content).toString();
        Path middle = folder.resolve("middle.qcow2");
        Path top = folder.resolve("top.qcow2");
        qemu("create", "-f", "qcow2", "-b", base, "-F", "raw", middle.toString());
        qemu("create", "-f", "qcow2", "-b", "middle.qcow2", "-F", "qcow2", top.toString());
        DiskModel model = new DiskModel(content, 8);
        try (Disk disk = DiskImages.open(DiskOptions.of(middle))) {
            model.exercise(disk, 30);
        }
        try (Disk disk = DiskImages.open(DiskOptions.of(top))) {
            model.exercise(disk, 30);
        }
        assertQemuAgrees(middle.resolveSibling("top.qcow2"), model.content());
    }

    @Test
    void lazyReferenceCountsOfADirtyImageAreCorrected() throws Exception {
        byte[] content = content(9);
        Path image = folder.resolve("dirty.qcow2");
        qemu("convert", "-O", "qcow2", "-o", "lazy_refcounts=on", raw(content).toString(), image.toString());
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(Qcow2Header.INCOMPATIBLE_AT);
            file.writeLong(Qcow2Header.DIRTY);
            // The counts of a few clusters, as if nobody had written them yet.
            file.seek(Qcow2Header.REFCOUNT_TABLE_AT);
            file.seek(file.readLong());
            file.seek(file.readLong() + 10);
            file.write(new byte[20]);
        }
        DiskModel model = new DiskModel(content, 10);
        try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
            model.exercise(disk, 40);
        }
        assertQemuAgrees(image, model.content());
    }

    @Test
    void grownImagePassesQemusCheck() throws Exception {
        Path image = folder.resolve("grown.qcow2");
        Qcow2Images.create(image, Qcow2Images.Layout.of(SIZE).withClusterBits(9));
        DiskModel model = new DiskModel(new byte[SIZE], 11);
        try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
            model.exercise(disk, 30);
        }
        try (HostFile file = HostFile.open(image, true)) {
            Qcow2Images.grow(file, DiskImages.headerOf(file), 64L << 20);
        }
        byte[] content = Arrays.copyOf(model.content(), 64 << 20);
        assertQemuAgrees(image, content);
        DiskModel larger = new DiskModel(content, 12);
        try (Disk disk = DiskImages.open(DiskOptions.of(image))) {
            larger.exercise(disk, 30);
        }
        assertQemuAgrees(image, content);
    }
}
