package tuxloom.virtio.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Whatever bytes an image is made of, it is refused with an {@link IOException} or can be used: checked, read, written and closed. The
 * first byte of an input chooses an image that is in order, and the rest changes it: an offset of three bytes, a length, and that many bytes,
 * again and again. An image of its own is 0.
 */
public final class ImageFuzz {
    private static final int DISK_BYTES = 128 << 10;
    private static final int PIECE_BYTES = 8192;
    private static final int MOST_PATCH_BYTES = 16;
    private static final Path FOLDER = folder();
    private static final List<byte[]> GOOD = goodImages();

    private ImageFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Path image = FOLDER.resolve("fuzz.qcow2");
        try {
            Files.write(image, bytesOf(ByteBuffer.wrap(input)));
            try {
                ImageFiles.info(image, Format.QCOW2);
                ImageFiles.check(image, Format.QCOW2);
            } catch (IOException refused) {
                // It may be good enough to be opened all the same: with internal snapshots, for example.
            }
            use(DiskOptions.of(image).with(Format.QCOW2).forReading());
            use(DiskOptions.of(image).with(Format.QCOW2));
        } catch (IOException refused) {
            // As it should be.
        }
    }

    private static byte[] bytesOf(ByteBuffer input) {
        int choice = Byte.toUnsignedInt(input.get()) % (GOOD.size() + 1);
        if (choice == 0) {
            byte[] rest = new byte[input.remaining()];
            input.get(rest);
            return rest;
        }
        byte[] image = GOOD.get(choice - 1).clone();
        while (input.remaining() > 4) {
            int at = ((input.get() & 0xFF) << 16 | (input.getShort() & 0xFFFF)) % image.length;
            int length = Math.min(1 + (input.get() & (MOST_PATCH_BYTES - 1)), input.remaining());
            for (int i = 0; i < length; i++) {
                image[Math.min(at + i, image.length - 1)] = input.get();
            }
        }
        return image;
    }

    private static void use(DiskOptions options) throws IOException {
        try (Disk disk = DiskImages.open(options);
                Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(PIECE_BYTES);
            long size = disk.sizeBytes();
            for (long at : new long[] {0, 65_536, size / 2 & -512, size - PIECE_BYTES & -512}) {
                if (at >= 0 && at <= size - PIECE_BYTES) {
                    use(disk, at, piece);
                }
            }
            disk.flush();
        }
    }

    /** An error of one piece leaves the others alone. */
    private static void use(Disk disk, long at, MemorySegment piece) {
        try {
            disk.read(at, List.of(piece));
            if (!disk.isReadOnly()) {
                disk.write(at, List.of(piece.asSlice(512, 1024)));
                disk.writeZeroes(at, 1024, true);
                disk.discard(at, PIECE_BYTES);
                disk.write(at, List.of(piece));
            }
        } catch (IOException damaged) {
            // As it should be.
        }
    }

    /** Writes inputs to begin with: every good image, unchanged and with one field after the other changed. */
    public static void writeSeeds(Path folder) throws IOException {
        int[] fields = {4, 8, 16, 20, 24, 32, 36, 40, 48, 56, 60, 72, 80, 88, 96, 100, 104};
        for (int image = 1; image <= GOOD.size(); image++) {
            Files.write(folder.resolve("good-" + image), new byte[] {(byte) image});
            for (int field : fields) {
                ByteBuffer seed = ByteBuffer.allocate(13);
                seed.put((byte) image)
                        .put((byte) 0)
                        .putShort((short) field)
                        .put((byte) 7)
                        .putLong(0x0000_0000_0001_0000L);
                Files.write(folder.resolve("field-" + image + "-" + field), seed.array());
            }
        }
        byte[] small = GOOD.getFirst();
        Files.write(
                folder.resolve("own"),
                ByteBuffer.allocate(small.length + 1).put((byte) 0).put(small).array());
    }

    private static Path folder() {
        try {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "image-fuzz-")
                    : Files.createTempDirectory("image-fuzz-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> goodImages() {
        try {
            byte[] content = new byte[DISK_BYTES];
            Random random = new Random(1);
            for (int at = 0; at < content.length; at += 4096) {
                content[at + random.nextInt(4096)] = 1;
            }
            Path raw = Files.write(FOLDER.resolve("base.img"), content);
            List<byte[]> images = new ArrayList<>();
            for (int bits : new int[] {9, 12, 16}) {
                images.add(uncompressed(bits, content));
            }
            for (String method : List.of("zlib", "zstd")) {
                Path packed = FOLDER.resolve("packed.qcow2");
                ImageFiles.convertCompressed(raw, Format.RAW, packed, method);
                images.add(take(packed));
            }
            Path overlay = FOLDER.resolve("overlay.qcow2");
            ImageFiles.create(overlay, Format.QCOW2, -1, raw, Format.RAW);
            images.add(take(overlay));
            addThoseOfQemu(raw, images);
            return images;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static byte[] uncompressed(int clusterBits, byte[] content) throws IOException {
        Path image = FOLDER.resolve("plain.qcow2");
        Qcow2Images.create(image, Qcow2Images.Layout.of(DISK_BYTES).withClusterBits(clusterBits));
        try (Disk disk = DiskImages.open(image, Format.QCOW2, true, 0);
                Arena arena = Arena.ofConfined()) {
            disk.write(
                    0,
                    List.of(arena.allocateFrom(ValueLayout.JAVA_BYTE, content).asSlice(0, DISK_BYTES / 2)));
            disk.writeZeroes(4096, 4096, false);
        }
        return take(image);
    }

    private static void addThoseOfQemu(Path raw, List<byte[]> images) throws IOException, InterruptedException {
        Path tool = Path.of("/usr/bin/qemu-img");
        if (!Files.isExecutable(tool)) {
            return;
        }
        for (String options :
                List.of("compat=0.10", "refcount_bits=1,cluster_size=4096", "lazy_refcounts=on,cluster_size=512")) {
            Path image = FOLDER.resolve("qemu.qcow2");
            Process process = new ProcessBuilder(
                            tool.toString(),
                            "convert",
                            "-f",
                            "raw",
                            "-O",
                            "qcow2",
                            "-o",
                            options,
                            raw.toString(),
                            image.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) {
                images.add(take(image));
            }
        }
    }

    private static byte[] take(Path image) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        Files.delete(image);
        return bytes;
    }
}
