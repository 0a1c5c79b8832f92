package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@link BootBench} does not do: many processes at once, and many after each other, with the memory they leave behind.
 * The Node host gets fewer of them, because each takes it 35 ms and 8 MiB; all figures are per process.
 */
final class HostsBench {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int WARM_UP = 500;
    private static final Pattern PROCESSES = Pattern.compile("(?m)^(\\d+)$");

    /** How many processes a host is given. */
    private record Crowd(int live, int sequential) {}

    private static final Crowd MANY = new Crowd(1_000, 10_000);
    private static final Crowd FEW = new Crowd(100, 300);

    private final Path work;
    private final Results results;

    /** @param work an existing folder for logs */
    HostsBench(Path work, Results results) {
        this.work = work;
        this.results = results;
    }

    /** Measures each host once. */
    void run(List<HostCommand> hosts) throws IOException, GuestFailedException, InterruptedException {
        for (HostCommand host : hosts) {
            Crowd crowd = host.name().equals("tuxloom") ? MANY : FEW;
            try (GuestProcess guest = GuestProcess.start(
                    host.with("--memory", "2G").command(),
                    host.environment(),
                    work.resolve(host.name() + "-crowd.err"))) {
                guest.await(GuestProcess.PROMPT, 0, LIMIT);
                sequential(host, guest, crowd.sequential());
                live(host, guest, crowd.live());
                BootBench.powerOff(guest);
            }
        }
    }

    private void sequential(HostCommand host, GuestProcess guest, int count)
            throws IOException, GuestFailedException, InterruptedException {
        repeat(guest, Math.min(count, WARM_UP));
        long before = guest.residentKib();
        long start = System.nanoTime();
        int half = count / 2;
        repeat(guest, half);
        long betweenHalves = guest.residentKib();
        repeat(guest, half);
        results.add(host.name(), Figure.SEQUENTIAL, (System.nanoTime() - start) / 1e6 / count);
        results.add(host.name(), Figure.SLOPE, (guest.residentKib() - before) * 1024.0 / count);
        // By then the JIT compilers have done most of their work, whose results are no process's.
        results.add(host.name(), Figure.SLOPE_LATE, (guest.residentKib() - betweenHalves) * 1024.0 / half);
    }

    private static void repeat(GuestProcess guest, int count)
            throws IOException, GuestFailedException, InterruptedException {
        BootBench.command(guest, "n=0; while [ $n -lt " + count + " ]; do /bin/true; n=$((n + 1)); done", LIMIT);
    }

    private void live(HostCommand host, GuestProcess guest, int count)
            throws IOException, GuestFailedException, InterruptedException {
        long before = guest.residentKib();
        long start = System.nanoTime();
        BootBench.command(guest, "n=0; while [ $n -lt " + count + " ]; do sleep 3600 & n=$((n + 1)); done", LIMIT);
        results.add(host.name(), Figure.LIVE, (System.nanoTime() - start) / 1e6 / count);
        results.add(host.name(), Figure.LIVE_MEMORY, (guest.residentKib() - before) / (double) count);
        String listed = BootBench.command(guest, "ps | grep -c '[s]leep 3600'", LIMIT);
        Matcher processes = PROCESSES.matcher(listed);
        if (!processes.find() || Integer.parseInt(processes.group(1)) != count) {
            throw new GuestFailedException(count + " processes should be alive", listed, guest.errorText());
        }
    }
}
