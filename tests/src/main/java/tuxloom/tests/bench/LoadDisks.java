package tuxloom.tests.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import tuxloom.virtio.disk.Format;
import tuxloom.virtio.disk.ImageFiles;

/** The disks of {@link LongRun}: made before it, compared after it with what the guest said about them. */
final class LoadDisks {
    private static final int BLOCK_BYTES = 65_536;
    private static final int BLOCKS = 256;
    /** What the guest takes its script from; the rest is random. */
    static final int SCRIPT_BYTES = 8_192;

    private static final int SCAN_BYTES = 2 << 20;

    private final Path folder;
    private final String scanSum;

    private LoadDisks(Path folder, String scanSum) {
        this.folder = folder;
        this.scanSum = scanSum;
    }

    /** Makes the disks in {@code folder}: a copy of the file system {@code ext4} as qcow2, blocks of zeroes, and one to read. */
    static LoadDisks create(Path folder, Path ext4) throws IOException {
        for (String name : List.of("files.qcow2", "blocks.img", "scan.img")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        ImageFiles.convert(ext4, Format.RAW, folder.resolve("files.qcow2"), Format.QCOW2);
        try (var blocks = new RandomAccessFile(folder.resolve("blocks.img").toFile(), "rw")) {
            blocks.setLength((long) BLOCKS * BLOCK_BYTES);
        }
        byte[] content = new byte[SCAN_BYTES];
        new Random(1).nextBytes(content);
        Arrays.fill(content, 0, SCRIPT_BYTES, (byte) '\n');
        try (InputStream script = LoadDisks.class.getResourceAsStream("load.sh")) {
            if (script == null) {
                throw new IllegalStateException("load.sh is not among the resources");
            }
            byte[] text = script.readNBytes(SCRIPT_BYTES + 1);
            if (text.length > SCRIPT_BYTES) {
                throw new IllegalStateException("load.sh has more than " + SCRIPT_BYTES + " bytes");
            }
            System.arraycopy(text, 0, content, 0, text.length);
        }
        Files.write(folder.resolve("scan.img"), content);
        return new LoadDisks(folder, md5(content));
    }

    /** The checksum of the disk that is only read. */
    String scanSum() {
        return scanSum;
    }

    /** The arguments of {@code tuxloom boot}. */
    List<String> options() {
        return List.of(
                "--disk", folder.resolve("files.qcow2").toString(),
                "--disk", folder.resolve("blocks.img").toString(),
                "--disk", folder.resolve("scan.img") + ",ro");
    }

    /** Compares with what the guest said, and looks for damage; each finding becomes a mistake. */
    void verify(LoadStreams streams) throws IOException, InterruptedException {
        verifyBlocks(streams);
        Path image = folder.resolve("files.qcow2");
        ImageFiles.CheckReport check = ImageFiles.check(image, Format.QCOW2);
        check.lines().forEach(line -> streams.mistake("files.qcow2: " + line));
        if (check.leaks() > 0) {
            streams.mistake("files.qcow2: " + check.leaks() + " clusters that nobody uses");
        }
        Path raw = folder.resolve("files.img");
        Files.deleteIfExists(raw);
        ImageFiles.convert(image, Format.QCOW2, raw, Format.RAW);
        if (run(folder.resolve("e2fsck"), "/sbin/e2fsck", "-f", "-n", raw.toString()) != 0) {
            streams.mistake("e2fsck: " + Files.readString(folder.resolve("e2fsck")));
        }
        verifyFiles(raw, streams);
        Files.delete(raw);
    }

    private void verifyBlocks(LoadStreams streams) throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve("blocks.img"));
        streams.blocks().forEach((block, generation) -> {
            byte[] wanted = generation == 0 ? new byte[BLOCK_BYTES] : block(block, generation);
            int at = block * BLOCK_BYTES;
            int wrong = Arrays.mismatch(content, at, at + BLOCK_BYTES, wanted, 0, BLOCK_BYTES);
            if (wrong >= 0) {
                streams.mistake("block %d is not of generation %d from byte %d on".formatted(block, generation, wrong));
            }
        });
    }

    /** What the guest's {@code yes} writes. */
    private static byte[] block(int block, long generation) {
        byte[] line = ("block " + block + " generation " + generation + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] content = new byte[BLOCK_BYTES];
        for (int at = 0; at < content.length; at += line.length) {
            System.arraycopy(line, 0, content, at, Math.min(line.length, content.length - at));
        }
        return content;
    }

    private void verifyFiles(Path raw, LoadStreams streams) throws IOException, InterruptedException {
        for (Map.Entry<String, String> file : streams.files().entrySet()) {
            Path dumped = folder.resolve("dumped");
            Files.deleteIfExists(dumped);
            run(
                    folder.resolve("debugfs"),
                    "/sbin/debugfs",
                    "-R",
                    "dump /" + file.getKey() + " " + dumped,
                    raw.toString());
            String sum = Files.exists(dumped) ? md5(Files.readAllBytes(dumped)) : "nothing";
            if (!sum.equals(file.getValue())) {
                streams.mistake("file %s on the disk is %s, was %s".formatted(file.getKey(), sum, file.getValue()));
            }
            Files.deleteIfExists(dumped);
        }
    }

    private static int run(Path log, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " did not end within 120 s");
        }
        return process.exitValue();
    }

    /** The checksum as md5sum prints it. */
    static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }
}
