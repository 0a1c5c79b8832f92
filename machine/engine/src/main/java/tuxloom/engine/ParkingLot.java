package tuxloom.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * Where guest threads stand still in {@code memory.atomic.wait} until {@code memory.atomic.notify} (threads proposal).
 * One lot serves all memories of a machine: a waiter is keyed by the native address of the word it waits on, which is
 * unique among all live memories of the JVM.
 *
 * <p>No wakeup is lost: a waiter announces itself in its bucket before it reads the word, and a notifier has written the
 * word before it looks for waiters, with a full fence in between on both sides. So either the waiter sees the new value,
 * or the notifier sees the waiter.
 *
 * <p>Any thread may wait and notify. A virtual thread parks without holding on to its carrier.
 */
@SuppressWarnings("ThreadPriorityCheck") // yielding is for speed, nothing depends on it
public final class ParkingLot {
    /** What runs the virtual threads that wait. Called on any of them. */
    public interface Scheduler {
        /** Called by each thread before it waits, which it does not do if this throws. */
        void beforeWait();

        /** Whether a thread is ready that no carrier has taken up. */
        boolean hasReadyTasks();
    }

    /** Results of a wait, as WebAssembly numbers them. */
    static final int WOKEN = 0;

    static final int NOT_EQUAL = 1;
    static final int TIMED_OUT = 2;

    /** As many as the 7 bits of the hash; at most a few hundred tasks wait at a time. */
    private static final int BUCKETS = 128;

    /**
     * Waits up to this long are polled: a timed park of a virtual thread oversleeps by 200 to 300 µs, since another thread
     * must wake it.
     */
    private static final long POLLED_WAIT_NANOS = 100_000;

    /**
     * How long a task looks for itself before it parks with a timer: an idle CPU that waits for a device. The timer of a virtual
     * thread costs the wake-up of yet another thread, and the carrier would look for other work as long. It stops looking when
     * there is some.
     */
    private static final long LOOKING_NANOS = 20_000;

    /** How long a wait lasts that is only a pause in a busy loop. */
    private static final long PAUSE_NANOS = 50_000;

    private static final long NO_PAUSES = 0;

    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private final Scheduler scheduler;
    private final WaitBucket[] buckets = new WaitBucket[BUCKETS];
    private volatile @Nullable Supplier<? extends RuntimeException> shutdown;
    private volatile long pauseTimeoutNanos = NO_PAUSES;

    /** A lot for threads of any kind. */
    public ParkingLot() {
        this(new Scheduler() {
            @Override
            public void beforeWait() {
                // Whoever has no scheduler has nothing to say against waiting.
            }

            @Override
            public boolean hasReadyTasks() {
                return false;
            }
        });
    }

    /** @param scheduler what runs the virtual threads that wait here */
    public ParkingLot(Scheduler scheduler) {
        this.scheduler = scheduler;
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new WaitBucket();
        }
    }

    /**
     * Treats every 64-bit wait with exactly this timeout as a pause in a busy loop, which times out after 50 µs at most.
     * Kernels of the host ABI's generations A to E write {@code cpu_relax} as a wait of 10 ms that nothing ends.
     *
     * @param timeoutNanos above 0
     */
    public void treatAsPause(long timeoutNanos) {
        if (timeoutNanos <= 0) {
            throw new IllegalArgumentException("a pause lasts longer than " + timeoutNanos + " ns");
        }
        pauseTimeoutNanos = timeoutNanos;
    }

    /**
     * Ends all current and future waits: each waiting thread throws what {@code unwind} supplies, called on that thread.
     * Notifying stays allowed. The first call decides.
     */
    public void shutDown(Supplier<? extends RuntimeException> unwind) {
        synchronized (this) {
            if (shutdown == null) {
                shutdown = unwind;
            }
        }
        for (WaitBucket bucket : buckets) {
            unparkAll(bucket.takeAll());
        }
    }

    /** Number of threads that wait now, for reports; already stale when it returns. */
    public int waiters() {
        int sum = 0;
        for (WaitBucket bucket : buckets) {
            sum += bucket.announced;
        }
        return sum;
    }

    /**
     * Waits while the 32-bit word at {@code address} is {@code expected}.
     *
     * @param address native, aligned, and mapped for the whole wait
     * @param timeoutNanos negative for no limit
     */
    int waitInt(long address, int expected, long timeoutNanos) {
        return await(address, expected, false, timeoutNanos);
    }

    /** Like {@link #waitInt} for a 64-bit word. */
    int waitLong(long address, long expected, long timeoutNanos) {
        boolean pause = timeoutNanos == pauseTimeoutNanos && timeoutNanos > PAUSE_NANOS;
        return await(address, expected, true, pause ? PAUSE_NANOS : timeoutNanos);
    }

    /**
     * Wakes waiters in the order in which they came.
     *
     * @param count unsigned; -1 means all
     * @return how many were woken
     */
    int notify(long address, int count) {
        WaitBucket bucket = bucketOf(address);
        UNSAFE.fullFence();
        if (bucket.announced == 0 || count == 0) {
            return 0;
        }
        return unparkAll(bucket.take(address, Integer.toUnsignedLong(count)));
    }

    private WaitBucket bucketOf(long address) {
        return buckets[(int) (((address >>> 2) * 0x9E3779B97F4A7C15L) >>> 57)];
    }

    private int await(long address, long expected, boolean wide, long timeoutNanos) {
        scheduler.beforeWait();
        long deadline = timeoutNanos < 0 ? 0 : deadlineAfter(timeoutNanos);
        WaitBucket bucket = bucketOf(address);
        Waiter waiter = new Waiter(address, Thread.currentThread());
        if (!bucket.enqueueIfEqual(waiter, expected, wide)) {
            throwIfShutDown();
            // A guest that polls through this path must not keep its carrier from the thread it polls for.
            Thread.yield();
            return NOT_EQUAL;
        }
        // A shutdown that began before the enqueueing has perhaps already swept this bucket.
        if (shutdown != null) {
            unparkAll(bucket.takeAll());
        }
        boolean interrupted = park(waiter, timeoutNanos, deadline);
        int state = waiter.state;
        if (state == Waiter.WAITING) {
            state = bucket.giveUp(waiter);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (state == Waiter.RELEASED) {
            throwIfShutDown();
        }
        return state == Waiter.NOTIFIED ? WOKEN : TIMED_OUT;
    }

    private static long deadlineAfter(long timeoutNanos) {
        // 2^62 ns are 146 years; more would overflow the comparison of two readings of the clock.
        return System.nanoTime() + Math.min(timeoutNanos, 1L << 62);
    }

    /** Returns when the waiter is no longer waiting or its time is over; true if the thread was interrupted meanwhile. */
    private boolean park(Waiter waiter, long timeoutNanos, long deadline) {
        boolean interrupted = false;
        while (waiter.state == Waiter.WAITING) {
            if (timeoutNanos < 0) {
                LockSupport.park(this);
            } else if (timeoutNanos <= POLLED_WAIT_NANOS) {
                Thread.yield();
            } else if (!wakesWhileLooking(waiter)) {
                LockSupport.parkNanos(this, deadline - System.nanoTime());
            }
            if (timeoutNanos >= 0 && deadline - System.nanoTime() <= 0) {
                break;
            }
            // An interrupted thread cannot park: the status is kept for the caller instead.
            interrupted |= Thread.interrupted();
        }
        return interrupted;
    }

    /** Whether the waiter is no longer waiting after a short look; platform threads do not look, their timers are cheap. */
    private boolean wakesWhileLooking(Waiter waiter) {
        if (!waiter.thread.isVirtual()) {
            return false;
        }
        long start = System.nanoTime();
        while (waiter.state == Waiter.WAITING) {
            if (scheduler.hasReadyTasks() || System.nanoTime() - start >= LOOKING_NANOS) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    private void throwIfShutDown() {
        Supplier<? extends RuntimeException> unwind = shutdown;
        if (unwind != null) {
            throw unwind.get();
        }
    }

    private static int unparkAll(@Nullable Waiter first) {
        int woken = 0;
        for (Waiter waiter = first; waiter != null; ) {
            // Read before the state changes: a waiter that runs again is not ours any more.
            Waiter next = waiter.next;
            Thread thread = waiter.thread;
            waiter.state = waiter.outcome;
            LockSupport.unpark(thread);
            waiter = next;
            woken++;
        }
        return woken;
    }
}
