package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** One waiting thread. Links belong to the bucket's lock while queued, then to the thread that took it out. */
final class Waiter {
    static final int WAITING = 0;
    static final int NOTIFIED = 1;
    static final int RELEASED = 2;
    static final int GAVE_UP = 3;

    final long address;
    final Thread thread;

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    boolean queued;
    int outcome;
    volatile int state;

    Waiter(long address, Thread thread) {
        this.address = address;
        this.thread = thread;
    }
}
