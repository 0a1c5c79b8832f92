package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long the machine under the host keeps others waiting meanwhile: a thread that wants to run every 50 ms and notes how late it is,
 * and one that makes a block durable twice a second and notes how long that takes. And how long the host's own threads ran, and waited for
 * a core. Tells a stall of ours from a machine that is busy.
 */
final class HostDelays implements AutoCloseable {
    private static final long BEAT_NANOS = 50_000_000;
    private static final long PROBE_MILLIS = 500;
    private static final long LEAST_NANOS = 20_000_000;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Delay> delays = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private long longestBeatNanos;
    private long longestProbeNanos;

    private record Delay(long endNanos, long nanos) {}

    /** What all threads of the host did until then: nanoseconds on a core, and waiting for one. */
    private record Turn(long atNanos, long ran, long waited) {}

    private HostDelays() {}

    /** Starts to watch, with a probe file in {@code folder}. */
    static HostDelays start(Path folder) {
        HostDelays delays = new HostDelays();
        Thread.ofPlatform().daemon().name("heartbeat").start(delays::beat);
        Thread.ofPlatform().daemon().name("disk-probe").start(() -> delays.probe(folder.resolve("probe")));
        return delays;
    }

    /** Returns how much of a time both threads together were kept waiting. */
    synchronized long within(long startNanos, long endNanos) {
        long sum = 0;
        for (Delay delay : delays) {
            long start = Math.max(startNanos, delay.endNanos - delay.nanos);
            sum += Math.max(0, Math.min(endNanos, delay.endNanos) - start);
        }
        return sum;
    }

    /** Notes how the threads of a process got on so far. Call it some times a second. */
    void look(long pid) throws IOException {
        long ran = 0;
        long waited = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                String[] fields = readOrEmpty(thread.resolve("schedstat")).split(" ", -1);
                if (fields.length > 1) {
                    ran += Long.parseLong(fields[0]);
                    waited += Long.parseLong(fields[1]);
                }
            }
        }
        synchronized (this) {
            turns.add(new Turn(System.nanoTime(), ran, waited));
        }
    }

    /** A thread may end while one looks. */
    private static String readOrEmpty(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /** How many times longer than alone the host's threads took at about that time, because they waited for a core; 1 if they slept. */
    synchronized double slowness(long startNanos, long endNanos) {
        Turn first = null;
        Turn last = null;
        for (Turn turn : turns) {
            if (turn.atNanos <= startNanos || first == null) {
                first = turn;
            }
            last = turn;
            if (turn.atNanos >= endNanos) {
                break;
            }
        }
        if (first == null || last == null || last.ran - first.ran < LEAST_NANOS) {
            return 1;
        }
        return (double) (last.ran - first.ran + last.waited - first.waited) / (last.ran - first.ran);
    }

    synchronized long longestBeatMillis() {
        return longestBeatNanos / 1_000_000;
    }

    synchronized long longestProbeMillis() {
        return longestProbeNanos / 1_000_000;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void beat() {
        try {
            long due = System.nanoTime() + BEAT_NANOS;
            while (!closed.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                long now = System.nanoTime();
                long late = now - due;
                synchronized (this) {
                    longestBeatNanos = Math.max(longestBeatNanos, late);
                    note(now, late);
                }
                due = now + BEAT_NANOS;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe(Path path) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (!closed.await(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
                long start = System.nanoTime();
                file.write(ByteBuffer.allocate(4096), 0);
                file.force(false);
                long now = System.nanoTime();
                synchronized (this) {
                    longestProbeNanos = Math.max(longestProbeNanos, now - start);
                    note(now, now - start);
                }
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            System.err.println("disk probe: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(long endNanos, long nanos) {
        if (nanos > LEAST_NANOS) {
            delays.add(new Delay(endNanos, nanos));
        }
    }
}
