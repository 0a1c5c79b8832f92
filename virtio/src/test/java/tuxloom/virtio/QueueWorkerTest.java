package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** When the guest hears of buffers that a worker has served. */
class QueueWorkerTest {
    private final GatedHandler handler = new GatedHandler();

    private FakeGuest guest() throws IOException {
        return new FakeGuest(log -> new VirtioDevice(
                new VirtioDevice.Kind("test", 99, Feature.TRANSPORT),
                new byte[0],
                List.of(handler),
                new DeviceHealth("test", log)));
    }

    @Test
    void batchEndsInOneInterrupt() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            handler.inServe = new CountDownLatch(1);
            FakeDriver driver = guest.enable(0);
            for (int i = 0; i < 10; i++) {
                driver.writable(0x8000 + 16L * i, 4).offer();
            }
            guest.device().notifyQueue(0);
            handler.awaitInside();
            assertThat(guest.interrupt(0).pending()).isZero();
            handler.inServe.countDown();

            guest.interrupt(0).await();
            for (int i = 0; i < 10; i++) {
                assertThat(driver.used()).isPresent();
            }
            assertThat(guest.interrupt(0).pending()).isZero();
        }
    }

    @Test
    void longBatchIsInterruptedInBetween() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            FakeDriver driver = new FakeDriver(guest.memory, 0x4000, 3 * QueueWorker.BATCH_LIMIT);
            for (int i = 0; i < 3 * QueueWorker.BATCH_LIMIT; i++) {
                driver.writable(0x8000, 4).offer();
            }
            guest.enable(0, driver);

            for (int i = 0; i < 3; i++) {
                guest.interrupt(0).await();
            }
        }
    }

    @Test
    void eachLargeBufferOfABatchIsInterruptedFor() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            FakeDriver driver = new FakeDriver(guest.memory, 0x4000, 16);
            for (int i = 0; i < 3; i++) {
                driver.writable(0x8000, QueueWorker.BATCH_BYTES).offer();
            }
            guest.enable(0, driver);

            for (int i = 0; i < 3; i++) {
                guest.interrupt(0).await();
            }
        }
    }
}
