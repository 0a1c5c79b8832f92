package tuxloom.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes all memories of a machine may have together. What counts is the size that guests were given, not what
 * they touched. May be used from any thread; never blocks.
 */
public final class MemoryBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    /** @param limitBytes the most that may be reserved at any time, at least 0 */
    public MemoryBudget(long limitBytes) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("a memory budget cannot be negative: " + limitBytes + " bytes");
        }
        this.limitBytes = limitBytes;
    }

    /** A budget that never says no. */
    public static MemoryBudget unlimited() {
        return new MemoryBudget(Long.MAX_VALUE);
    }

    /** Takes {@code bytes} if they are free, else changes nothing and returns false. */
    public boolean reserve(long bytes) {
        long used = usedBytes.get();
        while (bytes <= limitBytes - used) {
            long seen = usedBytes.compareAndExchange(used, used + bytes);
            if (seen == used) {
                return true;
            }
            used = seen;
        }
        return false;
    }

    /** Gives back bytes taken by {@link #reserve}. */
    public void release(long bytes) {
        long used = usedBytes.addAndGet(-bytes);
        if (used < 0) {
            throw new IllegalStateException("memory budget released " + -used + " bytes more than it had given");
        }
    }

    /** Bytes taken now. */
    public long usedBytes() {
        return usedBytes.get();
    }

    /** Bytes that may be taken at most. */
    public long limitBytes() {
        return limitBytes;
    }
}
