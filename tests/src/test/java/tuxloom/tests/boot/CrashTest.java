package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.images.Images;
import tuxloom.kernel.LinuxMachineException;
import tuxloom.virtio.disk.DiskFaults;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.Format;
import tuxloom.virtio.disk.ImageFiles;

/**
 * Power cuts under a guest that writes files and syncs each. After each cut the image's tables are sound, the file system is once its
 * journal is replayed, and every file that the guest saw as synced is there with its content. {@code scripts/test crash --cuts N}.
 */
@Tag("crash")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {
    private static final int DEFAULT_CUTS = 6;
    private static final int TIMEOUT_SECONDS = 180;
    private static final Pattern SYNCED = Pattern.compile("synced-(\\d+)\\r?\\n");
    /** The quotes keep the echo of this line from looking like its result. */
    private static final String WORKLOAD = "mount /dev/vda /mnt; i=0; while :; do i=$((i+1));"
            + " yes file-$i | dd of=/mnt/f$i bs=4k count=$((i % 7 + 1)) iflag=fullblock conv=fsync 2>/dev/null"
            + " && echo syn''ced-$i || echo fai''led-$i; done\n";

    /** Where a disk's content is. */
    private enum Kind {
        RAW,
        QCOW2,
        OVERLAY
    }

    @TempDir
    Path folder;

    private int cuts;
    private int files;
    private int losses;

    @TestFactory
    Stream<DynamicTest> nothingThatWasSyncedIsLost() {
        return IntStream.range(0, Integer.getInteger("tuxloom.crash.cuts", DEFAULT_CUTS))
                .mapToObj(number -> DynamicTest.dynamicTest("cut " + number, () -> cut(number)));
    }

    @AfterAll
    void printTotals() throws IOException {
        String totals = "power cuts: %d; files synced before them: %d; lost: %d%n".formatted(cuts, files, losses);
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("crash-totals.txt"), totals);
    }

    private void cut(int number) throws Exception {
        Random random = new Random(number);
        Kind kind = Kind.values()[number % Kind.values().length];
        Path image = folder.resolve("crash-" + number + (kind == Kind.QCOW2 ? ".qcow2" : ".img"));
        Path base = Images.locate().ext4Disk();
        DiskOptions disk = DiskOptions.of(image);
        switch (kind) {
            case RAW -> Files.copy(base, image);
            case QCOW2 -> ImageFiles.convert(base, Format.RAW, image, Format.QCOW2);
            case OVERLAY -> disk = DiskOptions.of(base).withOverlay(image);
        }
        String console = runUntilCut(disk, 1 + random.nextInt(300), random.nextInt(4) == 0);
        Path raw = image;
        if (kind != Kind.RAW) {
            assertThat(ImageFiles.check(image, Format.QCOW2).lines()).isEmpty();
            raw = folder.resolve("raw-" + number + ".img");
            ImageFiles.convert(image, Format.QCOW2, raw, Format.RAW);
        }
        run("/sbin/e2fsck", "-fy", "-E", "journal_only", raw.toString());
        Disks.assertClean(raw);
        List<Integer> synced = new ArrayList<>();
        Matcher matcher = SYNCED.matcher(console);
        while (matcher.find()) {
            synced.add(Integer.valueOf(matcher.group(1)));
        }
        cuts++;
        files += synced.size();
        List<Integer> lost = lost(raw, synced);
        losses += lost.size();
        assertThat(lost).as("files lost of %s, %s", synced.size(), kind).isEmpty();
        Files.delete(image);
        Files.deleteIfExists(raw);
    }

    /** Returns what the guest's console showed. */
    private static String runUntilCut(DiskOptions disk, int atWrite, boolean torn)
            throws IOException, InterruptedException, LinuxMachineException, ExecutionException {
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        DiskFaults faults = DiskFaults.NONE.withCut(atWrite, torn).then(() -> cut.complete(true));
        try (GuestSession guest = GuestSession.with().cpus(2).disk(disk, faults).boot()) {
            guest.type(WORKLOAD);
            try {
                cut.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError(
                        "no write %d within %d s; the console: %s"
                                .formatted(atWrite, TIMEOUT_SECONDS, guest.consoleText()),
                        e);
            }
            return guest.consoleText();
        }
    }

    /** Takes the files out of the image and compares them with what the guest wrote. */
    private List<Integer> lost(Path raw, List<Integer> synced) throws IOException, InterruptedException {
        Path out = Files.createDirectories(folder.resolve("files"));
        StringBuilder commands = new StringBuilder();
        for (int file : synced) {
            commands.append("dump /f%d %s/f%d\n".formatted(file, out, file));
        }
        Path script = Files.writeString(folder.resolve("debugfs"), commands);
        run("/sbin/debugfs", "-f", script.toString(), raw.toString());
        List<Integer> lost = new ArrayList<>();
        for (int file : synced) {
            Path dumped = out.resolve("f" + file);
            String line = "file-" + file + "\n";
            int bytes = (file % 7 + 1) * 4096;
            String expected = line.repeat(bytes / line.length() + 1).substring(0, bytes);
            if (!Files.exists(dumped) || !Files.readString(dumped).equals(expected)) {
                lost.add(file);
            }
            Files.deleteIfExists(dumped);
        }
        return lost;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("the end of %s within 60 s", command[0])
                .isTrue();
    }
}
