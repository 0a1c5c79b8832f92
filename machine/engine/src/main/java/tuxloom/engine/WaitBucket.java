package tuxloom.engine;

import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of some addresses, oldest first, under a spin lock. It is held for a few dozen instructions, never
 * across a park or a call that could block.
 */
// Yielding is for speed, nothing depends on it; the volatile counter changes under the lock only.
@SuppressWarnings({"ThreadPriorityCheck", "NonAtomicVolatileUpdate"})
final class WaitBucket {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final long LOCK = UNSAFE.objectFieldOffset(WaitBucket.class, "lock");

    @SuppressWarnings("UnusedVariable") // set by compare-and-set
    private volatile int lock;

    /** Threads that wait or are about to. Written under the lock, read without it. */
    volatile int announced;

    private @Nullable Waiter first;
    private @Nullable Waiter last;

    boolean enqueueIfEqual(Waiter waiter, long expected, boolean wide) {
        acquire();
        try {
            announced = announced + 1;
            UNSAFE.fullFence();
            long seen =
                    wide ? UNSAFE.getLongVolatile(null, waiter.address) : UNSAFE.getIntVolatile(null, waiter.address);
            if (seen != expected) {
                announced = announced - 1;
                return false;
            }
            append(waiter);
            return true;
        } finally {
            lock = 0;
        }
    }

    /** Takes out up to {@code limit} waiters of an address; returns them linked by {@code next}. */
    @Nullable
    Waiter take(long address, long limit) {
        Waiter head = null;
        Waiter tail = null;
        long left = limit;
        acquire();
        try {
            for (Waiter waiter = first; waiter != null && left > 0; ) {
                Waiter following = waiter.next;
                if (waiter.address == address) {
                    remove(waiter);
                    waiter.outcome = Waiter.NOTIFIED;
                    if (tail == null) {
                        head = waiter;
                    } else {
                        tail.next = waiter;
                    }
                    tail = waiter;
                    left--;
                }
                waiter = following;
            }
        } finally {
            lock = 0;
        }
        return head;
    }

    /** Takes out everybody, for a shutdown. */
    @Nullable
    Waiter takeAll() {
        acquire();
        try {
            Waiter head = first;
            for (Waiter waiter = head; waiter != null; waiter = waiter.next) {
                waiter.queued = false;
                waiter.outcome = Waiter.RELEASED;
            }
            first = null;
            last = null;
            announced = 0;
            return head;
        } finally {
            lock = 0;
        }
    }

    /** Takes out a waiter whose time is over; says so if somebody else took it first. */
    int giveUp(Waiter waiter) {
        acquire();
        try {
            if (waiter.queued) {
                remove(waiter);
                return Waiter.GAVE_UP;
            }
            return waiter.outcome;
        } finally {
            lock = 0;
        }
    }

    private void append(Waiter waiter) {
        waiter.queued = true;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
    }

    private void remove(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.queued = false;
        announced = announced - 1;
    }

    private void acquire() {
        for (int spins = 1; !UNSAFE.compareAndSetInt(this, LOCK, 0, 1); spins++) {
            if (spins % 64 == 0) {
                // The holder's platform thread is probably not running.
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
