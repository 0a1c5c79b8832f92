package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tuxloom.images.Images;

/**
 * Mixed disk and console load on a guest with 4 CPUs under a small Java heap, watched from outside: no byte may be lost, nothing may grow,
 * no stream may stall. {@code LongRun ROOT IMAGES MINUTES}.
 */
public final class LongRun {
    /** The largest heap that the host may have; the guest's memory is not in it. */
    static final String HEAP = "48m";

    private static final int CPUS = 4;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int SAMPLES = 60;
    private static final long LEAST_SAMPLE_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 200;

    private final HostCommand host;
    private final Path folder;
    private final Consumer<String> progress;
    private final LoadDisks disks;
    private final LoadStreams streams;
    private final Footprints footprints = new Footprints();
    private final List<String> lines = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /**
     * How it went.
     *
     * @param figures a line each
     * @param failures what must not be, a line each; empty if all is well
     * @param mistakes how many times a byte was lost, doubled or changed
     */
    public record Verdict(List<String> figures, List<String> failures, long mistakes) {}

    private LongRun(Path root, Images images, Path folder, Consumer<String> progress) throws IOException {
        this.folder = folder;
        this.progress = progress;
        disks = LoadDisks.create(folder, images.ext4Disk());
        streams = new LoadStreams(disks.scanSum());
        var options = new ArrayList<>(List.of("--cpus", Integer.toString(CPUS)));
        options.addAll(disks.options());
        // Without the last option a collection does not move everything together, and what is used looks larger than it
        // is.
        host = HostCommand.tuxloom(
                        root, GuestImages.in(images.kernel().resolveSibling("").normalize()))
                .with(options.toArray(String[]::new))
                // No word about a prepared start, which is made after the first boot of a kernel.
                .withEnvironment("TUXLOOM_START", "off")
                .withEnvironment("TUXLOOM_JAVA_OPTIONS", "-Xmx" + HEAP + " -XX:MarkSweepAlwaysCompactCount=1");
    }

    /** Runs it; ends with 1 if something is wrong. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            Path root = Path.of(arguments[0]);
            Path folder = Files.createDirectories(root.resolve("tests/target/longrun"));
            Duration time = Duration.ofMinutes(Long.parseLong(arguments[2]));
            Verdict verdict = run(root, Images.in(Path.of(arguments[1])), folder, time, System.out::println);
            verdict.figures().forEach(System.out::println);
            verdict.failures().forEach(failure -> System.out.println("FAILED: " + failure));
            System.out.println(
                    verdict.failures().isEmpty()
                            ? "long run passed: nothing lost, nothing grew, nothing stalled"
                            : "long run failed; the disks and the host's messages are in " + folder);
            System.exit(verdict.failures().isEmpty() ? 0 : 1);
        } catch (IOException e) {
            System.err.println("longrun: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Loads a guest for {@code time}. Disks and reports are in {@code folder}, which is the run's own. */
    public static Verdict run(Path root, Images images, Path folder, Duration time, Consumer<String> progress)
            throws IOException, InterruptedException {
        return new LongRun(root, images, folder, progress).run(time);
    }

    private Verdict run(Duration time) throws IOException, InterruptedException {
        Path errors = folder.resolve("stderr.txt");
        try (HostDelays delays = HostDelays.start(folder);
                LoadedGuest guest = LoadedGuest.start(host, streams, errors)) {
            guest.awaitLoad(LIMIT);
            long startNanos = System.nanoTime();
            double othersAtStart = busySeconds() - guest.cpuTime().toMillis() / 1e3;
            watch(guest, delays, startNanos, time);
            Duration cpu = guest.cpuTime();
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            double others = busySeconds() - cpu.toMillis() / 1e3 - othersAtStart;
            end(guest);
            lines.add("%.0f s with %d CPUs and a heap of at most %s; cores used: %.2f by the host, %.2f by others"
                    .formatted(seconds, CPUS, HEAP, cpu.toMillis() / 1e3 / seconds, others / seconds));
            judge(delays, guest.typedBytes());
        } finally {
            Files.writeString(folder.resolve("figures.txt"), String.join("\n", lines) + "\n");
        }
        // The rest are the kernel's first words.
        Files.readAllLines(errors).stream()
                .filter(line -> line.startsWith("tuxloom: "))
                .forEach(line -> failures.add("the host said: " + line));
        return new Verdict(lines, failures, streams.mistakeCount());
    }

    /** A guest that does not end is a failure like others: what was seen before counts. */
    private void end(LoadedGuest guest) throws InterruptedException {
        try {
            int status = guest.stop(LIMIT);
            if (status != 0) {
                failures.add("exit status " + status);
            }
            disks.verify(streams);
        } catch (IOException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }

    private void watch(LoadedGuest guest, HostDelays delays, long startNanos, Duration time)
            throws IOException, InterruptedException {
        long intervalMillis = Math.max(LEAST_SAMPLE_MILLIS, time.toMillis() / SAMPLES);
        CountDownLatch never = new CountDownLatch(1);
        double due = 0;
        for (double seconds = 0; seconds < time.toMillis() / 1e3; seconds = (System.nanoTime() - startNanos) / 1e9) {
            if (!guest.isAlive()) {
                throw new IOException("the host ended after mistakes " + streams.mistakes() + "; it said: "
                        + Files.readString(folder.resolve("stderr.txt")));
            }
            delays.look(guest.pid());
            if (seconds >= due) {
                due = seconds + intervalMillis / 1e3;
                report(guest, seconds);
            }
            never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void report(LoadedGuest guest, double seconds) throws IOException, InterruptedException {
        Footprints.Sample sample = Footprints.take(guest.pid(), seconds, folder);
        footprints.add(sample);
        guest.with(all -> progress.accept("%5.0f s: %,d bytes printed, %,d typed, %d mistakes; longest gaps, ms: %s; %s"
                .formatted(
                        seconds,
                        all.bytes(),
                        guest.typedBytes(),
                        all.mistakeCount(),
                        all.longestGapsMillis(),
                        sample)));
    }

    private void judge(HostDelays delays, long typedBytes) {
        lines.add("printed %,d bytes, typed %,d bytes; rounds: %s"
                .formatted(streams.bytes(), typedBytes, new TreeMap<>(streams.marks())));
        lines.add("disks, requests and MiB read and written, discards: "
                + streams.diskStatistics().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(disk -> disk.getKey() + " " + requests(disk.getValue()))
                        .collect(Collectors.joining("; ")));
        lines.add("mistakes: " + streams.mistakeCount());
        streams.mistakes().forEach(mistake -> failures.add("mistake: " + mistake));
        if (streams.marks().size() < 8) {
            failures.add("only these streams ever got anywhere: " + streams.marks());
        }
        lines.add("longest gap of each stream, ms: " + new TreeMap<>(streams.longestGapsMillis()));
        lines.add(
                "the machine kept others waiting for at most %d ms (a thread that wants to run), %d ms (a synced write)"
                        .formatted(delays.longestBeatMillis(), delays.longestProbeMillis()));
        streams.stalls().forEach(gap -> judge(gap, delays));
        footprints.judge(lines, failures);
    }

    /** A stall counts with what it would have lasted had the machine nothing else to do. */
    private void judge(LoadStreams.Gap gap, HostDelays delays) {
        long start = gap.endNanos() - gap.nanos();
        long excused = delays.within(start, gap.endNanos());
        double slowness = delays.slowness(start, gap.endNanos());
        double own = Math.max(0, gap.nanos() - excused) / slowness;
        String text = gap.stream()
                + ": %d ms without a mark; ".formatted(gap.nanos() / 1_000_000)
                + "the machine kept others waiting for %d ms of it, ".formatted(excused / 1_000_000)
                + "and the host's threads took %.1f times as long as alone: ".formatted(slowness)
                + "%.0f ms are ours".formatted(own / 1_000_000);
        (own > LoadStreams.STALL_NANOS ? failures : lines).add(text);
    }

    /** The fields of a disk's {@code stat} that matter. */
    private static String requests(String stat) {
        String[] fields = stat.split(" +", -1);
        if (fields.length < 12) {
            return stat;
        }
        return "%s/%d, %s/%d, %s"
                .formatted(
                        fields[0],
                        Long.parseLong(fields[2]) >> 11,
                        fields[4],
                        Long.parseLong(fields[6]) >> 11,
                        fields[11]);
    }

    /** Processor time that all processes of the machine have used since it was started. */
    private static double busySeconds() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
        long ticks = 0;
        for (int i = 1; i < Math.min(9, fields.length); i++) {
            // Idle, and waiting for a disk.
            ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
        }
        return ticks / 100.0;
    }
}
