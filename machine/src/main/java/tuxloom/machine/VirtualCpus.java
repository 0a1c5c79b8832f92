package tuxloom.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.ParkingLot;
import tuxloom.engine.StackPointer;
import tuxloom.engine.Trap;

/**
 * The virtual CPUs of one machine: platform threads {@code vcpu-0…} that carry its guest tasks, which are virtual threads. A task
 * that waits leaves its carrier; any free carrier goes on with it later. The machine owns them; nobody else's work runs here.
 *
 * <p>A carrier without work spins for a few microseconds, since most waits of a guest are that short, and then parks.
 */
public final class VirtualCpus implements Executor, ParkingLot.Scheduler, AutoCloseable {
    /** A task may use as much stack as its carrier has. Only touched pages cost memory. */
    private static final long CARRIER_STACK_BYTES = 128L << 20;

    /**
     * What a program may use of it. The rest is for the kernel, which runs on the program's stack, and for the JVM, which takes up
     * to ten times as much again to put the stack of a task that waits aside: it recurses over the frames.
     */
    public static final long PROGRAM_STACK_BYTES = 4L << 20;

    /** What the kernel may use below a program; a task that waits with more in use is a program that waits by itself. */
    static final long KERNEL_STACK_BYTES = 4L << 20;

    /** More than a carrier uses of its stack before it takes up a task. */
    private static final long MAX_START_BYTES = 64L << 10;

    /**
     * What a carrier's own frame may take more when its stack is looked at than later: the JVM interprets it at first, and a compiled
     * frame is smaller. No other stack is that near: each ends with a guard.
     */
    private static final long FRAME_BYTES = 1L << 10;

    /** How long a carrier looks for work before it parks. */
    private static final long SPIN_NANOS = 20_000;

    private static final long END_TIMEOUT_MILLIS = 5_000;

    private final ConcurrentLinkedQueue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger searching = new AtomicInteger();
    private final List<Carrier> carriers = new ArrayList<>();
    private volatile boolean closed;

    /**
     * Starts the carriers.
     *
     * @param count virtual CPUs, at least 1
     */
    public VirtualCpus(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a machine needs at least one virtual CPU, not " + count);
        }
        for (int i = 0; i < count; i++) {
            carriers.add(new Carrier("vcpu-" + i));
        }
        carriers.forEach(carrier -> carrier.thread.start());
    }

    /** Whether this JDK lets tasks run on these threads; if not, the JDK's own scheduler carries them. */
    public static boolean supported() {
        return VirtualThreads.schedulerHonoured();
    }

    /** Returns how many virtual CPUs there are. */
    public int count() {
        return carriers.size();
    }

    /**
     * Returns how often a virtual CPU took up a task since the start: a count that stands still means that nothing runs or that
     * whatever runs never waits. Any thread may ask; the figure may be a moment old.
     */
    public long dispatches() {
        return carriers.stream()
                .mapToLong(carrier -> carrier.dispatches.getOpaque())
                .sum();
    }

    /** Whether a task is ready and no virtual CPU has taken it up yet. */
    @Override
    public boolean hasReadyTasks() {
        return !ready.isEmpty();
    }

    /** A carrier's stack; the part above {@code highest} belongs to the carrier itself. */
    record Stack(long lowest, long highest) {
        boolean contains(long pointer) {
            return pointer >= lowest && pointer < highest;
        }
    }

    /** Returns the stack that {@code pointer} points into; null if its carrier has taken up no task since stack pointers are known. */
    @Nullable
    Stack stackOf(long pointer) {
        for (var carrier : carriers) {
            var stack = carrier.stack;
            if (stack != null && stack.contains(pointer)) {
                return stack;
            }
        }
        return null;
    }

    /**
     * Called by a task that is about to wait, which moves its stack to the Java heap.
     *
     * @throws Trap if the stack is too deep for that
     */
    @Override
    public void beforeWait() {
        if (!StackPointer.isKnown()) {
            return;
        }
        var pointer = StackPointer.read();
        var stack = stackOf(pointer);
        if (stack != null && stack.highest() - pointer > PROGRAM_STACK_BYTES + KERNEL_STACK_BYTES) {
            throw new Trap(Trap.Kind.CALL_STACK_EXHAUSTED);
        }
    }

    /** Returns the threads, in the order of their numbers. */
    List<Thread> threads() {
        return carriers.stream().map(carrier -> carrier.thread).toList();
    }

    /** Makes a virtual thread that runs {@code body} on these CPUs once it is started. */
    Thread unstarted(String name, Runnable body) {
        return VirtualThreads.unstarted(this, name, body);
    }

    /** Queues a continuation; called by the JDK from any thread when a task becomes ready. */
    @Override
    public void execute(Runnable continuation) {
        if (closed) {
            throw new RejectedExecutionException("the virtual CPUs are switched off");
        }
        ready.add(continuation);
        // A carrier that is searching will see it; only otherwise must one be woken, which costs a system call.
        if (searching.get() == 0) {
            wakeOne();
        }
    }

    private void wakeOne() {
        for (var carrier : carriers) {
            if (carrier.wake()) {
                return;
            }
        }
    }

    /**
     * Switches the CPUs off and waits until their threads have ended. Tasks that are still waiting are dropped.
     *
     * @throws IllegalStateException if a carrier does not come back from the task it runs
     */
    @Override
    public void close() {
        closed = true;
        carriers.forEach(Carrier::wake);
        for (var carrier : carriers) {
            carrier.join();
        }
        ready.clear();
    }

    private final class Carrier implements Runnable {
        private final Thread thread;
        private final AtomicBoolean parked = new AtomicBoolean();
        /** Counts continuations; only this carrier writes it. */
        private final AtomicLong dispatches = new AtomicLong();

        /** Null until known; only this carrier writes it. */
        private volatile @Nullable Stack stack;

        Carrier(String name) {
            thread = Thread.ofPlatform()
                    .name(name)
                    .daemon()
                    .stackSize(CARRIER_STACK_BYTES)
                    .unstarted(this);
        }

        @Override
        public void run() {
            while (!closed) {
                var continuation = ready.poll();
                if (continuation == null) {
                    continuation = search();
                }
                if (continuation != null) {
                    if (stack == null && StackPointer.isKnown()) {
                        var highest = StackPointer.read() + FRAME_BYTES;
                        // What the thread has above belongs to the length: another carrier's stack may begin right
                        // below.
                        stack = new Stack(highest - CARRIER_STACK_BYTES + MAX_START_BYTES, highest);
                    }
                    dispatches.setOpaque(dispatches.getPlain() + 1);
                    continuation.run();
                }
            }
        }

        /** Spins for work, then parks until there may be some; returns null only when the CPUs are switched off. */
        private @Nullable Runnable search() {
            while (!closed) {
                var continuation = spin();
                if (continuation != null) {
                    return continuation;
                }
                // Whoever queued work while this thread still counted as searching woke nobody: look once more.
                while (ready.isEmpty() && parked.get() && !closed) {
                    LockSupport.park(this);
                }
                // Whoever queued work until now may have woken this thread for it, while it goes on for what came
                // before: so it
                // searches again and passes the wake on, as all do that searched.
                parked.set(false);
            }
            return null;
        }

        /** Looks for work for some time; marks this carrier as parked when there was none. */
        private @Nullable Runnable spin() {
            searching.incrementAndGet();
            var startNanos = System.nanoTime();
            do {
                var continuation = ready.poll();
                if (continuation != null) {
                    if (searching.decrementAndGet() == 0 && !ready.isEmpty()) {
                        wakeOne();
                    }
                    return continuation;
                }
                Thread.onSpinWait();
            } while (!closed && System.nanoTime() - startNanos < SPIN_NANOS);
            parked.set(true);
            searching.decrementAndGet();
            return null;
        }

        /** Wakes this carrier if it is parked, and says whether it was. */
        boolean wake() {
            if (parked.get() && parked.compareAndSet(true, false)) {
                LockSupport.unpark(thread);
                return true;
            }
            return false;
        }

        /** Waits for the end of this thread, which may at most finish what it is running. */
        void join() {
            try {
                if (!thread.join(Duration.ofMillis(END_TIMEOUT_MILLIS))) {
                    throw new IllegalStateException(thread.getName() + " still runs a task " + END_TIMEOUT_MILLIS
                            + " ms after the machine was stopped");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
