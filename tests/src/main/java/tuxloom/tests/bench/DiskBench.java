package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk inside the guest, by the guest's {@code disk bench}, on each host in turn; then the same program, compiled natively, on the
 * image file itself: what the host's page cache gives. The file fits into the page cache, so no disk of the host is measured.
 *
 * <p>A boot does everything twice, and the second time counts, as with {@link BootBench}: the first is when the host's compilers are at work. Of
 * sequential reading both are shown.
 */
final class DiskBench {
    /** What the host's file is called in the results. */
    static final String NATIVE = "host file";

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int DISK_BYTES = 256 << 20;
    private static final String SECONDS = "1.5";
    private static final Pattern LINE = Pattern.compile("(?m)^(\\w+) ([0-9.]+)$");
    private static final Pattern STATISTICS = Pattern.compile("(?m)^ *(\\d+) +\\d+ +\\d+ +\\d+ +(\\d+) +\\d+ ");
    private static final Pattern SWITCHES = Pattern.compile("(?m)^voluntary_ctxt_switches:\\s+(\\d+)$");

    /**
     * A measurement.
     *
     * @param name what the tool calls it
     * @param values what the tool's values are, by the ends of their names
     * @param handOffs the hand-offs of a request, if they are of interest
     */
    private record Measurement(String name, Map<String, Figure> values, Optional<Figure> handOffs) {}

    private static final Measurement FIRST_READ =
            new Measurement("cached_read_64k", Map.of("mibps", Figure.DISK_FIRST_READ), Optional.empty());

    private static final List<Measurement> MEASUREMENTS = List.of(
            new Measurement(
                    "cached_read_64k",
                    Map.of("mibps", Figure.DISK_CACHED_READ),
                    Optional.of(Figure.DISK_CACHED_HANDOFFS)),
            new Measurement("read_64k", Map.of("mibps", Figure.DISK_READ_64K), Optional.empty()),
            new Measurement("read_1m", Map.of("mibps", Figure.DISK_READ_1M), Optional.of(Figure.DISK_READ_1M_HANDOFFS)),
            new Measurement(
                    "read_4k_qd1",
                    Map.of(
                            "iops", Figure.DISK_READ_QD1,
                            "p50_ns", Figure.DISK_READ_QD1_P50,
                            "p99_ns", Figure.DISK_READ_QD1_P99),
                    Optional.of(Figure.DISK_READ_QD1_HANDOFFS)),
            new Measurement(
                    "read_4k_qd32", Map.of("iops", Figure.DISK_READ_QD32), Optional.of(Figure.DISK_READ_QD32_HANDOFFS)),
            new Measurement("write_64k", Map.of("mibps", Figure.DISK_WRITE_64K), Optional.empty()),
            new Measurement("write_1m", Map.of("mibps", Figure.DISK_WRITE_1M), Optional.empty()),
            new Measurement(
                    "write_4k_qd1",
                    Map.of("iops", Figure.DISK_WRITE_QD1, "p50_ns", Figure.DISK_WRITE_QD1_P50),
                    Optional.of(Figure.DISK_WRITE_QD1_HANDOFFS)),
            new Measurement("write_4k_qd32", Map.of("iops", Figure.DISK_WRITE_QD32), Optional.empty()));

    private final Path work;
    private final Path tool;
    private final Path disk;
    private final Results results;

    /**
     * @param work an existing folder for logs and the disk
     * @param tool the guest's program, compiled for this machine
     */
    DiskBench(Path work, Path tool, Results results) throws IOException {
        this.work = work;
        this.tool = tool;
        this.results = results;
        this.disk = RandomDisk.create(work, DISK_BYTES);
    }

    /** Measures all hosts, and the file, {@code runs} times. */
    void run(List<HostCommand> hosts, int runs) throws IOException, GuestFailedException, InterruptedException {
        Path cache = Files.createDirectories(work.resolve("warm"));
        for (HostCommand host : hosts) {
            // Whatever a host prepares at its first start, it does now.
            try (GuestProcess guest = start(host.withCache(cache))) {
                guest.await(GuestProcess.PROMPT, 0, LIMIT);
                BootBench.powerOff(guest);
            }
        }
        for (int run = 0; run < runs; run++) {
            for (HostCommand host : hosts) {
                try (GuestProcess guest = start(host.withCache(cache).with("--disk", disk.toString()))) {
                    guest.await(GuestProcess.PROMPT, 0, LIMIT);
                    inGuest(host.name(), guest, FIRST_READ);
                    for (Measurement measurement : MEASUREMENTS) {
                        benchmark(guest, measurement);
                    }
                    for (Measurement measurement : MEASUREMENTS) {
                        inGuest(host.name(), guest, measurement);
                    }
                    BootBench.powerOff(guest);
                }
            }
            natively(FIRST_READ);
            for (Measurement measurement : MEASUREMENTS) {
                natively(measurement);
            }
        }
    }

    private GuestProcess start(HostCommand host) throws IOException {
        return GuestProcess.start(host.command(), host.environment(), work.resolve(host.name() + "-disk.err"));
    }

    private void inGuest(String host, GuestProcess guest, Measurement measurement)
            throws IOException, GuestFailedException, InterruptedException {
        long before = requests(guest);
        long switches = voluntarySwitches(guest.pid());
        String printed = benchmark(guest, measurement);
        long handOffs = voluntarySwitches(guest.pid()) - switches;
        long requests = requests(guest) - before;
        add(host, measurement, printed);
        double each = (double) handOffs / Math.max(1, requests);
        measurement.handOffs().ifPresent(figure -> results.add(host, figure, each));
    }

    private static String benchmark(GuestProcess guest, Measurement measurement)
            throws IOException, GuestFailedException, InterruptedException {
        return BootBench.command(
                guest, "disk bench /dev/vda --only %s --seconds %s".formatted(measurement.name(), SECONDS), LIMIT);
    }

    private void natively(Measurement measurement) throws IOException, InterruptedException, GuestFailedException {
        Process process = new ProcessBuilder(
                        tool.toString(),
                        "bench",
                        disk.toString(),
                        "--cached",
                        "--only",
                        measurement.name(),
                        "--seconds",
                        SECONDS)
                .redirectError(work.resolve("native.err").toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new GuestFailedException(tool + " failed", printed, Files.readString(work.resolve("native.err")));
        }
        add(NATIVE, measurement, printed);
    }

    private void add(String host, Measurement measurement, String printed) {
        measurement.values().forEach((key, figure) -> {
            Matcher line = LINE.matcher(printed);
            while (line.find()) {
                if (line.group(1).equals(measurement.name() + "_" + key)) {
                    double value = Double.parseDouble(line.group(2));
                    results.add(host, figure, key.endsWith("_ns") ? value / 1000 : value);
                }
            }
        });
    }

    /** Requests that the guest's disk has served since the boot. */
    private static long requests(GuestProcess guest) throws IOException, GuestFailedException, InterruptedException {
        String printed = BootBench.command(guest, "cat /sys/block/vda/stat", LIMIT);
        Matcher statistics = STATISTICS.matcher(printed);
        if (!statistics.find()) {
            throw new GuestFailedException("the disk has no statistics", printed, guest.errorText());
        }
        return Long.parseLong(statistics.group(1)) + Long.parseLong(statistics.group(2));
    }

    /**
     * How often a thread of the process went to sleep until another one woke it: every hand-off from one thread to another that
     * slept, compilers and timers included. Threads that have ended do not count any more.
     */
    private static long voluntarySwitches(long pid) throws IOException {
        long sum = 0;
        try (var threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                sum += voluntarySwitches(thread.resolve("status"));
            }
        }
        return sum;
    }

    private static long voluntarySwitches(Path status) throws IOException {
        try {
            Matcher switches = SWITCHES.matcher(Files.readString(status));
            return switches.find() ? Long.parseLong(switches.group(1)) : 0;
        } catch (NoSuchFileException ended) {
            return 0;
        }
    }
}
