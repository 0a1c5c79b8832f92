package tuxloom.kernel;

import tuxloom.engine.Instance;
import tuxloom.engine.Memory;
import tuxloom.engine.Unwind;

/**
 * Has programs that compute take the interrupts of their CPU (docs/host-abi.md, section 8). A thread of its own looks at the words
 * that the kernel exports: at the moment of the next timer event of a CPU that is not idle, and when the kernel wakes it. While all
 * CPUs are idle it sleeps.
 */
final class InterruptWatch implements Runnable, AutoCloseable {
    /** Looks again at a CPU that has not taken its interrupts: its task was just being changed, or it is busy in the kernel. */
    private static final long RETRY_NANOS = 10_000_000;

    private static final long NEVER = Long.MAX_VALUE;
    private static final int MAX_STRIDE_BYTES = 4096;

    private static final int COUNT = 8;
    private static final int STRIDE = 12;
    private static final int BITS = 0;
    private static final int DEADLINE = 8;
    private static final int IDLE = 16;
    private static final int TASK = 20;

    private final KernelHost host;
    private final Memory memory;
    private final long lookAt;
    private final long strideBytes;
    private final int cpus;
    private final Thread thread;

    /** @param words what {@code interrupt_words} returned */
    private InterruptWatch(KernelHost host, long words) {
        this.host = host;
        this.memory = host.memory();
        this.lookAt = words;
        this.strideBytes = Integer.toUnsignedLong(memory.getInt(words + STRIDE));
        var count = memory.getInt(words + COUNT);
        if (words % Long.BYTES != 0
                || strideBytes % Long.BYTES != 0
                || strideBytes < TASK + Integer.BYTES
                || strideBytes > MAX_STRIDE_BYTES
                || count < 1) {
            throw new IllegalStateException("the kernel's interrupt_words at 0x%x announce %d CPUs of %d bytes"
                    .formatted(words, count, strideBytes));
        }
        this.cpus = Math.min(count, host.config().cpus());
        this.thread = Thread.ofPlatform().name("interrupt-watch").daemon().unstarted(this);
    }

    /** Begins to watch, unless the kernel lacks what it takes; on main. The machine owns the watch. */
    static void start(KernelHost host, Instance main) {
        if (main.export("take_interrupts").isEmpty()
                || main.export("interrupt_words").isEmpty()) {
            host.log().debug("this kernel does not interrupt programs");
            return;
        }
        var words =
                main.function("interrupt_words").as(GuestCalls.IntSource.class).call();
        var watch = new InterruptWatch(host, Integer.toUnsignedLong(words));
        host.machine().own(watch);
        watch.thread.start();
    }

    @Override
    public void run() {
        try {
            while (!host.machine().stopped()) {
                watch();
            }
        } catch (Unwind e) {
            // The machine ends.
        } catch (RuntimeException e) {
            host.machine().fail("the watch over interrupts failed", e);
        }
    }

    /** Looks once at all CPUs and sleeps until the next moment to do so. */
    private void watch() {
        // From here on the kernel says so when something happens, by making this 0.
        setLookAt(NEVER);
        var next = look();
        if (next == NEVER || memory.compareAndSetLong(lookAt, NEVER, next)) {
            if (next == NEVER) {
                waitWhileIdle();
            } else {
                var _ = memory.waitLong(
                        lookAt, next, Math.max(1, next - host.clock().unixNanos()));
            }
        }
    }

    /** Waits until a CPU is not idle any more; there is leisure for what the start left out. */
    private void waitWhileIdle() {
        host.idles();
        var _ = memory.waitLong(lookAt, NEVER, -1);
    }

    /** Stores before whatever is read afterwards. */
    private void setLookAt(long value) {
        long old;
        do {
            old = memory.getLongAcquire(lookAt);
        } while (!memory.compareAndSetLong(lookAt, old, value));
    }

    /** Interrupts the programs that have to be, and returns when to look next. */
    private long look() {
        var now = host.clock().unixNanos();
        var next = NEVER;
        for (int cpu = 0; cpu < cpus; cpu++) {
            var words = lookAt + (cpu + 1) * strideBytes;
            if (memory.getIntAcquire(words + IDLE) != 0) {
                continue;
            }
            // No deadline is all ones, which is negative.
            var deadline = memory.getLongAcquire(words + DEADLINE);
            if (memory.getLongAcquire(words + BITS) != 0 || (deadline >= 0 && deadline <= now)) {
                host.interruptProgram(memory.getIntAcquire(words + TASK));
                next = Math.min(next, now + RETRY_NANOS);
            } else if (deadline >= 0) {
                next = Math.min(next, deadline);
            }
        }
        return next;
    }

    /** Waits for the thread, which has ended or is about to: the machine has stopped. */
    @Override
    public void close() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
