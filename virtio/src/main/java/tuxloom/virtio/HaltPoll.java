package tuxloom.virtio;

/**
 * How long a thread without work looks for some before it sleeps. To be woken takes a thread longer (5 to 50 µs) than many a guest
 * needs for its next request, but looking in vain takes a processor from somebody else. So a wait that ended soon makes the next ones
 * look longer, and one that did not makes them give up: who waits long hardly ever looks. One thread.
 */
final class HaltPoll {
    /** A wait that is longer is not worth looking. */
    static final long LONGEST_NANOS = 50_000;

    private static final long FIRST_NANOS = 10_000;
    private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

    private long limitNanos;
    private long beginNanos;

    /** The thread has nothing to do from now on. */
    void begin() {
        beginNanos = System.nanoTime();
    }

    /** Whether to go on looking. */
    boolean goesOn() {
        return limitNanos > 0 && System.nanoTime() - beginNanos < limitNanos;
    }

    /** The wait is over. */
    void end() {
        ended(System.nanoTime() - beginNanos);
    }

    /** Learns from a wait of this length. */
    void ended(long waitedNanos) {
        if (waitedNanos > LONGEST_NANOS || ALONE) {
            limitNanos /= 2;
            if (limitNanos < FIRST_NANOS) {
                limitNanos = 0;
            }
        } else if (waitedNanos > limitNanos) {
            limitNanos = Math.clamp(limitNanos * 2, FIRST_NANOS, LONGEST_NANOS);
        }
    }

    /** Returns how long the next wait looks. */
    long limitNanos() {
        return limitNanos;
    }
}
