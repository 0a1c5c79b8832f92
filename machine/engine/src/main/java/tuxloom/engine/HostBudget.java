package tuxloom.engine;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What the guest of one machine may use of the host beside its memories: Java heap for modules, tables, large frames and stacks of
 * tasks that wait, and room for generated code. So a guest that wants more than its share harms itself and not the other machines
 * of the process. A machine owns one for all of its modules; any thread may use it.
 */
public final class HostBudget {
    /** Generated code takes two to three times the size of its class files. */
    private static final long CODE_BYTES = 192L << 20;

    /** What is given back when an object is collected may come late: so often at most is the collector asked for it. */
    private static final long COLLECT_INTERVAL_NANOS = 1_000_000_000;

    private static final int COLLECT_ROUNDS = 50;
    private static final long COLLECT_ROUND_NANOS = 1_000_000;

    private static final HostBudget UNLIMITED = new HostBudget(Long.MAX_VALUE, Long.MAX_VALUE);

    private final MemoryBudget heap;
    private final MemoryBudget code;
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    private final Set<Reference<?>> leases = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastCollectedNanos = new AtomicLong(System.nanoTime() - COLLECT_INTERVAL_NANOS);

    /**
     * @param heapBytes of Java heap
     * @param codeBytes of class files
     */
    public HostBudget(long heapBytes, long codeBytes) {
        heap = new MemoryBudget(heapBytes);
        code = new MemoryBudget(codeBytes);
    }

    /** A third of this JVM's heap, since what is counted may be there twice for a moment, and 192 MiB of class files. */
    public static HostBudget ofThisJvm() {
        return new HostBudget(Runtime.getRuntime().maxMemory() / 3, CODE_BYTES);
    }

    /** A budget that never says no, for modules of nobody in particular. */
    static HostBudget unlimited() {
        return UNLIMITED;
    }

    /** Bytes of Java heap in use. */
    public long heapBytes() {
        return heap.usedBytes();
    }

    /** Bytes of class files in use. */
    public long codeBytes() {
        return code.usedBytes();
    }

    /** Returns a lease of Java heap, of 0 bytes so far, that ends when {@code owner} is collected, if not before. */
    public Lease heapFor(Object owner) {
        return new Lease(this, heap, owner);
    }

    Lease codeFor(Object owner) {
        return new Lease(this, code, owner);
    }

    private boolean reserve(MemoryBudget from, long bytes) {
        giveBack();
        if (from.reserve(bytes)) {
            return true;
        }
        if (leases.isEmpty() || bytes > from.limitBytes()) {
            return false;
        }
        collect();
        // What the collector has found arrives a little later.
        for (int round = 0; round < COLLECT_ROUNDS; round++) {
            giveBack();
            if (from.reserve(bytes)) {
                return true;
            }
            LockSupport.parkNanos(COLLECT_ROUND_NANOS);
        }
        return false;
    }

    /** Has the JVM collect what nobody uses any more, unless it just did. */
    private void collect() {
        long last = lastCollectedNanos.get();
        if (System.nanoTime() - last >= COLLECT_INTERVAL_NANOS
                && lastCollectedNanos.compareAndSet(last, System.nanoTime())) {
            System.gc();
        }
    }

    private void giveBack() {
        for (var ended = collected.poll(); ended != null; ended = collected.poll()) {
            ((Lease) ended).close();
        }
    }

    /** Bytes taken in the name of an object. Any thread may use it. */
    public static final class Lease extends PhantomReference<Object> implements AutoCloseable {
        private final HostBudget budget;
        private final MemoryBudget from;
        private volatile long bytes;

        private Lease(HostBudget budget, MemoryBudget from, Object owner) {
            super(owner, budget.collected);
            this.budget = budget;
            this.from = from;
        }

        /** Returns the bytes it has. */
        public long bytes() {
            return bytes;
        }

        /** Takes bytes or gives some back so as to have {@code wanted}; returns false, and changes nothing, where there are not as many. */
        public synchronized boolean resize(long wanted) {
            if (budget == UNLIMITED) {
                bytes = wanted;
                return true;
            }
            if (wanted > bytes) {
                if (!budget.reserve(from, wanted - bytes)) {
                    return false;
                }
                budget.leases.add(this);
            } else {
                from.release(bytes - wanted);
            }
            bytes = wanted;
            return true;
        }

        /** Gives all bytes back. */
        @Override
        public synchronized void close() {
            if (budget != UNLIMITED) {
                from.release(bytes);
                budget.leases.remove(this);
            }
            bytes = 0;
        }
    }
}
