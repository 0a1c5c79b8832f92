package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tuxloom.machine.InterruptLine;

/** Counts interrupts and lets a test wait for the next one. */
final class FakeInterrupt implements InterruptLine {
    static final int TIMEOUT_SECONDS = 60;

    private final String name;
    private final Semaphore raised = new Semaphore(0);

    FakeInterrupt(String name) {
        this.name = name;
    }

    @Override
    public void raise() {
        raised.release();
    }

    /** Waits for one interrupt that was not awaited yet. */
    void await() {
        try {
            assertThat(raised.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("interrupt of %s within %d s", name, TIMEOUT_SECONDS)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    /** How many interrupts came that were not awaited. */
    int pending() {
        return raised.availablePermits();
    }
}
