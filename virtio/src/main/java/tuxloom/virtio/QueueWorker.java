package tuxloom.virtio;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tuxloom.machine.GuestFaultException;
import tuxloom.machine.InterruptLine;

/**
 * The one thread that pops, serves, pushes and interrupts for one queue, whatever the device.
 *
 * <p>A platform thread: it blocks in file and terminal calls, which would occupy a virtual thread's carrier all the
 * same, and waking either kind from a virtual CPU took equally long (docs/virtio.md has the figures). It starts when
 * the queue is first enabled and lives until the device is closed.
 *
 * <p>{@code guestAccess} is held while the thread may touch guest memory, never while it waits: {@link #disable} that
 * got it knows that nothing is written any more. It is taken once a batch, and fair, so that a busy queue lets
 * go.
 */
final class QueueWorker implements Runnable {
    /** Buffers used between two interrupts, so that the guest can go on with the first while the rest is served. */
    static final int BATCH_LIMIT = 32;

    /** Bytes likewise: what takes the host longer to move than a guest to take an interrupt. */
    static final long BATCH_BYTES = 256 << 10;

    /** What a thread may take to end that nothing blocks. */
    private static final long LEAST_PATIENCE_NANOS = 100_000_000;

    private final String threadName;
    private final int index;
    private final QueueHandler handler;
    private final DeviceHealth health;
    private final Consumer<Throwable> hostFailure;
    private final ReentrantLock guestAccess = new ReentrantLock(true);
    private final AtomicReference<Wake> wake = new AtomicReference<>(Wake.NONE);
    private final HaltPoll haltPoll = new HaltPoll();

    /** What the guest enabled; guarded by {@code guestAccess}. */
    private @Nullable Enabled enabled;

    /** Written by the device's control thread; null until the queue is first enabled. */
    private volatile @Nullable Thread thread;

    private volatile boolean closed;

    private record Enabled(VirtQueue queue, InterruptLine interrupt) {}

    /** What there is to tell the worker, and how. */
    private enum Wake {
        /** Nothing; the worker is busy, or looks here all the time. */
        NONE,
        /** It is to look at its queue. */
        WANTED,
        /** Nothing, and it sleeps: whoever wants it must wake its thread, which costs a system call. */
        ASLEEP
    }

    QueueWorker(
            String deviceName, int index, QueueHandler handler, DeviceHealth health, Consumer<Throwable> hostFailure) {
        this.threadName = "virtio-" + deviceName + "-" + index;
        this.index = index;
        this.handler = handler;
        this.health = health;
        this.hostFailure = hostFailure;
        handler.bind(this::wake);
    }

    /** Starts to serve a ring, from its first entry. Control thread only. */
    void enable(VirtQueue queue, InterruptLine interrupt) {
        guestAccess.lock();
        try {
            enabled = new Enabled(queue, interrupt);
        } finally {
            guestAccess.unlock();
        }
        if (thread == null) {
            Thread worker = Thread.ofPlatform().name(threadName).daemon().unstarted(this);
            // Known before it can go to sleep, to whoever is to wake it.
            thread = worker;
            worker.start();
        }
        // The driver may have offered buffers before it enabled the queue.
        wake();
    }

    /** Forgets the ring. When this returns, the worker is outside guest memory and stays there. Control thread only. */
    void disable() {
        guestAccess.lock();
        try {
            enabled = null;
        } finally {
            guestAccess.unlock();
        }
    }

    /** The driver starts over. Control thread only. */
    void reset() {
        disable();
        handler.reset();
    }

    /** Makes the worker look at its queue. Any thread; never blocks. */
    void wake() {
        if (wake.getAndSet(Wake.WANTED) == Wake.ASLEEP) {
            LockSupport.unpark(thread);
        }
    }

    /** Has the thread end when it has passed on what it holds. Control thread only. */
    void stop() {
        disable();
        closed = true;
        wake();
    }

    /**
     * Waits for the end of the thread, which was stopped, and releases the handler. Control thread only.
     *
     * @param deadlineNanos of {@link System#nanoTime}: output that is on its way then is lost
     */
    void close(long deadlineNanos) {
        Thread running = thread;
        if (running != null && !joined(running, Math.max(deadlineNanos, System.nanoTime() + LEAST_PATIENCE_NANOS))) {
            running.interrupt();
            health.log("queue %d: output was still blocked at the end and is lost".formatted(index));
        }
        handler.close();
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                boolean busy = serveBatch();
                handler.afterBatch();
                if (!busy) {
                    awaitWake();
                }
            }
        } catch (Throwable bug) { // Outermost frame: without this a bug here would look like a guest that hangs
            hostFailure.accept(bug);
        }
    }

    private void awaitWake() {
        haltPoll.begin();
        while (haltPoll.goesOn() && wake.get() == Wake.NONE) {
            Thread.onSpinWait();
        }
        while (!wake.compareAndSet(Wake.WANTED, Wake.NONE) && !closed) {
            if (wake.compareAndSet(Wake.NONE, Wake.ASLEEP) || wake.get() == Wake.ASLEEP) {
                LockSupport.park(this);
            }
        }
        haltPoll.end();
    }

    /** Serves what is available, up to the limit. Returns whether it served anything, so that there may be more. */
    private boolean serveBatch() {
        guestAccess.lock();
        try {
            Enabled now = enabled;
            if (now == null || health.isBroken()) {
                return false;
            }
            int served = 0;
            long bytes = 0;
            try {
                // A control call that waits gets its turn after the request in progress, not after the batch.
                while (served < BATCH_LIMIT && bytes < BATCH_BYTES && !guestAccess.hasQueuedThreads()) {
                    Optional<DescriptorChain> chain = serveOne(now.queue);
                    if (chain.isEmpty()) {
                        break;
                    }
                    served++;
                    bytes += chain.get().byteSize();
                }
            } catch (DriverFaultException | GuestFaultException fault) {
                enabled = null;
                health.driverFault("queue %d: %s".formatted(index, fault.getMessage()));
            }
            if (served > 0) {
                now.interrupt.raise();
            }
            return served > 0 || guestAccess.hasQueuedThreads();
        } finally {
            guestAccess.unlock();
        }
    }

    /** Returns the buffer that was served, if there was one. */
    private Optional<DescriptorChain> serveOne(VirtQueue queue) {
        if (!queue.hasAvailable() || !handler.ready()) {
            return Optional.empty();
        }
        Optional<DescriptorChain> chain = queue.pop();
        chain.ifPresent(buffer -> queue.push(buffer, handler.serve(buffer)));
        return chain;
    }

    /** Waits for a thread's end, also when the caller is interrupted: it frees the memory that the thread works on. */
    private static boolean joined(Thread thread, long deadlineNanos) {
        boolean interrupted = false;
        try {
            while (true) {
                long leftNanos = deadlineNanos - System.nanoTime();
                if (leftNanos <= 0) {
                    return !thread.isAlive();
                }
                try {
                    return thread.join(java.time.Duration.ofNanos(leftNanos));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
