package tuxloom.kernel;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a guest visibly does, for the watchdog. Any thread may count; counting is cheap and never waits. */
final class BootProgress {
    private final LongAdder steps = new LongAdder();
    private volatile boolean userSpace;

    void consoleWritten(int bytes) {
        steps.add(bytes);
    }

    void deviceUsed() {
        steps.increment();
    }

    void taskSpawned() {
        steps.increment();
    }

    void userCalled() {
        if (!userSpace) {
            userSpace = true;
        }
    }

    long steps() {
        return steps.sum();
    }

    /** Whether a program has been started: from then on a guest that does nothing is an idle one. */
    boolean inUserSpace() {
        return userSpace;
    }
}
