package tuxloom.kernel;

import java.time.Instant;

/**
 * Unix time in nanoseconds, the same for all threads and never backwards: the wall clock of one moment plus the time since then.
 */
final class HostClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long offsetNanos;

    HostClock() {
        var now = Instant.now();
        offsetNanos = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano() - System.nanoTime();
    }

    long unixNanos() {
        return offsetNanos + System.nanoTime();
    }
}
