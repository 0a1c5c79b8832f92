package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Fills the first byte of each buffer with 0x5A, and lets the test stop it inside and outside guest memory. */
final class GatedHandler implements QueueHandler {
    final AtomicInteger served = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile CountDownLatch inServe = new CountDownLatch(0);
    volatile CountDownLatch afterBatch = new CountDownLatch(0);
    final Semaphore inside = new Semaphore(0);
    private final Semaphore passes = new Semaphore(0);
    final AtomicReference<RuntimeException> bug = new AtomicReference<>();

    @Override
    public long serve(DescriptorChain chain) {
        RuntimeException toThrow = bug.get();
        if (toThrow != null) {
            throw toThrow;
        }
        inside.release();
        pass(inServe);
        served.incrementAndGet();
        chain.writable().segments().getFirst().fill((byte) 0x5A);
        return chain.writable().byteSize();
    }

    @Override
    public void afterBatch() {
        passes.release();
        if (afterBatch.getCount() > 0) {
            inside.release();
        }
        pass(afterBatch);
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitInside() throws InterruptedException {
        assertThat(inside.tryAcquire(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                .as("the worker reached the handler")
                .isTrue();
    }

    /** Waits until the worker has looked at its queue after this call; {@code wake} makes it look. */
    void awaitPass(Runnable wake) throws InterruptedException {
        passes.drainPermits();
        // The first pass may have begun before this call.
        for (int pass = 0; pass < 2; pass++) {
            wake.run();
            assertThat(passes.tryAcquire(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("pass %d of the worker", pass)
                    .isTrue();
        }
    }
}
