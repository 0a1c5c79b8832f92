package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waiting with a limit that says what did not come. */
final class Eventually {
    static final long LIMIT_SECONDS = 30;

    private Eventually() {}

    static void ended(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        assertThat(thread.isAlive())
                .as("thread %s still runs after %d s: %s", thread, LIMIT_SECONDS, (Object) thread.getStackTrace())
                .isFalse();
    }

    static void await(CyclicBarrier barrier) {
        try {
            barrier.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("not all threads reached the barrier", e);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck")
    static void holds(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("time is over, and not yet: " + what)
                    .isNegative();
            Thread.yield();
        }
    }
}
