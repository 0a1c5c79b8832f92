package tuxloom.kernel;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Unix time in nanoseconds, the same for all threads and never backwards: the wall clock of one moment plus the time since then.
 */
final class HostClock {
    private final long offsetNanos;

    HostClock() {
        offsetNanos = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now()) - System.nanoTime();
    }

    long unixNanos() {
        return offsetNanos + System.nanoTime();
    }
}
