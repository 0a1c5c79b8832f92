package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What all devices have in common: states, workers, resets and the end. */
class VirtioDeviceTest {
    private static final long FEATURES = Feature.TRANSPORT | 1;
    private static final byte[] CONFIG = {1, 2, 3, 4, 5, 6, 7, 8};

    private final GatedHandler handler = new GatedHandler();
    private final GatedHandler otherHandler = new GatedHandler();

    private FakeGuest guest() throws IOException {
        return new FakeGuest(log -> new VirtioDevice(
                new VirtioDevice.Kind("test", 99, FEATURES),
                CONFIG,
                List.of(handler, otherHandler),
                new DeviceHealth("test", log)));
    }

    @Test
    void bufferIsServedAfterANotification() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            FakeDriver driver = guest.enable(0);
            int id = driver.writable(0x8000, 4).offer();

            assertThat(guest.notifyAndAwait(0, driver)).isEqualTo(new FakeDriver.Used(id, 4, true));
            assertThat(guest.bytes(0x8000, 5)).containsExactly(0x5A, 0x5A, 0x5A, 0x5A, 0);
        }
    }

    @Test
    void buffersOfferedBeforeTheQueueIsEnabledAreServed() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            for (int round = 0; round < 3; round++) {
                FakeDriver driver = new FakeDriver(guest.memory, 0x1000, 8);
                driver.writable(0x8000, 4).offer();
                guest.rebind().enable(0, driver);

                guest.await(0, driver);
                handler.awaitPass(() -> guest.device().notifyQueue(0));
            }
        }
    }

    @Test
    void notificationsOfAbsentQueuesAreIgnored() throws IOException {
        try (FakeGuest guest = guest()) {
            guest.device().notifyQueue(0);
            guest.bind();
            for (int queue : new int[] {-1, 0, 1, 2, 255, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                guest.device().notifyQueue(queue);
                guest.device().disableQueue(queue);
            }
            FakeDriver driver = guest.enable(0);
            driver.writable(0x8000, 4).offer();

            guest.notifyAndAwait(0, driver);
            assertThat(guest.log).isEmpty();
        }
    }

    @Test
    void configSpaceIsCopiedIntoTheDriversBuffer() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            assertThat(guest.bytes(FakeGuest.CONFIG_ADDRESS, 9)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 0);
            assertThat(guest.device().initialConfig()).isEqualTo(CONFIG);
        }
    }

    @Test
    void configSpaceIsReadOnlyForTheDriver() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            guest.memory.putLong(FakeGuest.CONFIG_ADDRESS, -1);
            guest.device().configWritten();

            assertThat(guest.bytes(FakeGuest.CONFIG_ADDRESS, 8)).isEqualTo(CONFIG);
        }
    }

    @Test
    void changedConfigReachesTheGuestWithAnInterrupt() throws IOException {
        try (FakeGuest guest = guest()) {
            guest.device().changeConfig(0, 0x0D0C0B0A);
            guest.bind();
            assertThat(guest.bytes(FakeGuest.CONFIG_ADDRESS, 5)).containsExactly(10, 11, 12, 13, 5);

            guest.device().changeConfig(4, 0x04030201);
            guest.configInterrupt.await();
            assertThat(guest.bytes(FakeGuest.CONFIG_ADDRESS, 8)).containsExactly(10, 11, 12, 13, 1, 2, 3, 4);
        }
    }

    @Test
    void wrongUsesOfTheTransportBreakTheDeviceUntilItsReset() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            VirtioDevice device = guest.device();
            List<Runnable> wrongs = List.of(
                    () -> device.acceptFeatures(FEATURES | 2),
                    () -> device.acceptFeatures(0),
                    () -> device.attach(guest.memory, FakeGuest.CONFIG_ADDRESS, 7, () -> {}),
                    () -> device.attach(guest.memory, FakeGuest.MEMORY_BYTES - 4, 8, () -> {}),
                    () -> device.attach(guest.memory, 0xFFFF_FFFFL, 8, () -> {}),
                    () -> device.enableQueue(2, 8, 0x1000, () -> {}),
                    () -> device.enableQueue(-1, 8, 0x1000, () -> {}),
                    () -> device.enableQueue(0, 0, 0x1000, () -> {}),
                    () -> device.enableQueue(0, VirtQueue.MAX_SIZE + 1, 0x1000, () -> {}),
                    () -> device.enableQueue(0, 8, 0x1004, () -> {}),
                    () -> device.enableQueue(0, 8, 0xFFFF_FFF0L, () -> {}));
            for (int i = 0; i < wrongs.size(); i++) {
                FakeDriver driver = guest.rebind().enable(0);
                wrongs.get(i).run();
                driver.writable(0x8000, 4).offer();
                device.notifyQueue(0);
                assertThat(guest.log).as("one line per fault").hasSize(i + 1);

                FakeDriver fresh = guest.rebind().enable(0);
                fresh.writable(0x8000, 4).offer();
                guest.notifyAndAwait(0, fresh);
                assertThat(driver.used()).as("wrong use %d", i).isPresent();
            }
            assertThat(guest.log).allSatisfy(line -> assertThat(line).startsWith("virtio test: driver fault: "));
        }
    }

    @Test
    void queueIsNotEnabledBeforeSetUpAndFeatures() throws IOException {
        try (FakeGuest guest = guest()) {
            guest.device().enableQueue(0, 8, 0x1000, () -> {});
            assertThat(guest.log).hasSize(1);
            guest.bind().device().reset();
            guest.device().enableQueue(0, 8, 0x1000, () -> {});
            assertThat(guest.log).hasSize(2).last().asString().contains("before set-up and features");
        }
    }

    @Test
    void hostileRingBreaksTheWholeDeviceWithOneLineAndNoInterrupt() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            FakeDriver good = guest.enable(0);
            FakeDriver bad = guest.enable(1);
            bad.writable(0x8000, 0).offer();
            guest.device().notifyQueue(1);
            FakeGuest.awaitLines(guest.log, 1);

            good.writable(0x8000, 4).offer();
            handler.awaitPass(() -> guest.device().notifyQueue(0));
            assertThat(good.used()).isEmpty();
            FakeDriver again = guest.rebind().enable(1);
            again.writable(0x9000, 4).offer();
            guest.notifyAndAwait(1, again);

            assertThat(guest.log).singleElement().asString().contains("queue 1").contains("0x8000");
        }
    }

    @Test
    void faultsInALoopDoNotFillTheLog() throws IOException {
        try (FakeGuest guest = guest().bind()) {
            for (int i = 0; i < 10 * DeviceHealth.MAX_LINES; i++) {
                guest.device().acceptFeatures(0);
                guest.device().reset();
            }
            assertThat(guest.log).hasSize(DeviceHealth.MAX_LINES);
            assertThat(guest.log.getLast()).contains("no further lines");
        }
    }

    @Test
    void nothingIsWrittenAfterAReset() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            handler.inServe = new CountDownLatch(1);
            FakeDriver driver = guest.enable(0);
            driver.writable(0x8000, 4).offer();
            driver.writable(0x9000, 4).offer();
            guest.device().notifyQueue(0);
            handler.awaitInside();

            CompletableFuture<byte[]> afterReset = CompletableFuture.supplyAsync(() -> {
                guest.device().reset();
                return guest.bytes(0, FakeGuest.MEMORY_BYTES);
            });
            awaitWaiting(afterReset);
            handler.inServe.countDown();
            byte[] seen = afterReset.get(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS);

            guest.device().notifyQueue(0);
            FakeDriver other = guest.rebind().enable(1);
            other.writable(0xA000, 4).offer();
            guest.notifyAndAwait(1, other);
            assertThat(handler.served).as("the second buffer is stale").hasValue(1);
            assertThat(guest.bytes(0x1000, 0x1000)).isEqualTo(Arrays.copyOfRange(seen, 0x1000, 0x2000));
            assertThat(guest.bytes(0x8000, 0x2000)).isEqualTo(Arrays.copyOfRange(seen, 0x8000, 0xA000));
        }
    }

    /** What other transports call queue reset (virtio 1.2, section 2.6.1): one queue starts over, the other goes on. */
    @Test
    void nothingIsWrittenIntoAQueueThatWasTakenBackWhileItsRequestWasInProgress() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            FakeDriver other = guest.enable(1);
            handler.inServe = new CountDownLatch(1);
            FakeDriver driver = guest.enable(0);
            driver.writable(0x8000, 4).offer();
            driver.writable(0x9000, 4).offer();
            guest.device().notifyQueue(0);
            handler.awaitInside();

            CompletableFuture<byte[]> afterDisable = CompletableFuture.supplyAsync(() -> {
                guest.device().disableQueue(0);
                return guest.bytes(0, FakeGuest.MEMORY_BYTES);
            });
            awaitWaiting(afterDisable);
            handler.inServe.countDown();
            byte[] seen = afterDisable.get(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS);
            handler.awaitPass(() -> guest.device().notifyQueue(0));

            assertThat(guest.bytes(0, FakeGuest.MEMORY_BYTES)).isEqualTo(seen);
            other.writable(0xA000, 4).offer();
            guest.notifyAndAwait(1, other);
            FakeDriver fresh = guest.enable(0);
            fresh.writable(0xB000, 4).offer();
            guest.notifyAndAwait(0, fresh);
        }
    }

    @Test
    void resetDoesNotWaitForWorkOutsideGuestMemory() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            handler.inServe = new CountDownLatch(1);
            FakeDriver driver = guest.enable(0);
            driver.writable(0x8000, 4).offer();
            guest.device().notifyQueue(0);
            handler.awaitInside();
            // Only now, or the worker might stop before it has served anything.
            handler.afterBatch = new CountDownLatch(1);
            handler.inServe.countDown();
            guest.await(0, driver);
            handler.awaitInside();

            CompletableFuture.runAsync(guest.device()::reset).get(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS);
            handler.afterBatch.countDown();
        }
    }

    @Test
    void disabledQueueIsNotServedAndStartsAfreshWhenEnabledAgain() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            FakeDriver driver = guest.enable(0);
            for (int i = 0; i < FakeGuest.RING_ENTRIES + 3; i++) {
                driver.writable(0x8000, 4).offer();
                guest.notifyAndAwait(0, driver);
            }
            guest.device().disableQueue(0);
            driver.writable(0x8000, 4).offer();
            handler.awaitPass(() -> guest.device().notifyQueue(0));
            assertThat(driver.used()).isEmpty();

            FakeDriver fresh = new FakeDriver(guest.memory, 0x6000, 3);
            guest.enable(0, fresh);
            fresh.writable(0x9000, 4).offer();
            guest.notifyAndAwait(0, fresh);
        }
    }

    @Test
    void resetStormLeavesAWorkingDevice() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            for (int i = 0; i < 300; i++) {
                FakeDriver driver = guest.rebind().enable(0);
                driver.writable(0x8000, 4).offer();
                guest.device().notifyQueue(0);
            }
            FakeDriver driver = guest.rebind().enable(0);
            driver.writable(0x8000, 4).offer();
            guest.notifyAndAwait(0, driver);
            assertThat(guest.log).isEmpty();
        }
    }

    @Test
    void bugInAHandlerStopsTheMachine() throws Exception {
        try (FakeGuest guest = guest().bind()) {
            CompletableFuture<Throwable> stopped = new CompletableFuture<>();
            guest.device().onHostFailure(stopped::complete);
            IllegalStateException bug = new IllegalStateException("ours");
            handler.bug.set(bug);
            FakeDriver driver = guest.enable(0);
            driver.writable(0x8000, 4).offer();
            guest.device().notifyQueue(0);

            assertThat(stopped.get(FakeInterrupt.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .isSameAs(bug);
        }
    }

    @Test
    void closedDeviceHasNoThreadsAndIgnoresTheGuest() throws IOException {
        FakeGuest guest = guest().bind();
        guest.enable(0);
        guest.enable(1);
        assertThat(workerThreads()).isEqualTo(2);

        guest.close();
        guest.close();

        assertThat(workerThreads()).isZero();
        assertThat(handler.closed).hasValue(1);
        assertThat(otherHandler.closed).hasValue(1);
        guest.bind();
        guest.enable(0);
        guest.device().notifyQueue(0);
        guest.device().configWritten();
        assertThat(workerThreads()).isZero();
        assertThat(guest.log).isEmpty();
    }

    @Test
    void workerThatIsBlockedOutsideGuestMemoryIsInterruptedAtTheEnd() throws Exception {
        FakeGuest guest = guest();
        DeviceHealth health = new DeviceHealth("test", guest.log::add);
        QueueWorker worker = new QueueWorker("test", 0, handler, health, bug -> {});
        handler.afterBatch = new CountDownLatch(1);
        worker.enable(new VirtQueue(guest.memory, 8, 0x1000), () -> {});
        handler.awaitInside();

        worker.stop();
        worker.close(System.nanoTime());

        assertThat(guest.log).singleElement().asString().contains("still blocked at the end");
        assertThat(handler.closed).hasValue(1);
        guest.close();
    }

    private static long workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("virtio-test-"))
                .count();
    }

    /** A reset that had not to wait would end within this time. */
    private static void awaitWaiting(CompletableFuture<?> reset) throws InterruptedException {
        try {
            reset.get(100, TimeUnit.MILLISECONDS);
            throw new AssertionError("the reset did not wait for the request in progress");
        } catch (TimeoutException expected) {
            // It waits.
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
