package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.MemoryTest.assertTrap;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ParkingLotTest {
    private static final class Stopped extends Unwind {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped");
        }
    }

    private final ParkingLot lot = new ParkingLot();
    private Memory memory;

    @BeforeEach
    void allocate() throws Exception {
        memory = Memory.allocate(MemoryType.shared(1, 1), MemoryBudget.unlimited(), lot);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void waitOnAnotherValueReturnsAtOnce() {
        memory.putLong(8, 1L << 40);
        assertThat(memory.waitInt(8, 1, -1)).isEqualTo(1);
        assertThat(memory.waitLong(8, 0, -1)).isEqualTo(1);
        assertThat(lot.waiters()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 50_000, 2_000_000})
    void waitWithoutNotifyTimesOutAndNotTooEarly(long timeoutNanos) {
        memory.putLong(8, -1);
        long start = System.nanoTime();
        assertThat(memory.waitInt(8, -1, timeoutNanos)).isEqualTo(2);
        assertThat(memory.waitLong(8, -1, timeoutNanos)).isEqualTo(2);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2 * timeoutNanos);
        assertThat(lot.waiters()).isZero();
    }

    @Test
    void unsharedMemoryTrapsOnWaitAndHasNobodyToNotify() throws Exception {
        try (Memory unshared = Memory.allocate(new MemoryType(Limits.of(1, 1), false))) {
            assertTrap(Trap.Kind.EXPECTED_SHARED_MEMORY, () -> unshared.waitInt(0, 1, -1));
            assertTrap(Trap.Kind.EXPECTED_SHARED_MEMORY, () -> unshared.waitLong(0, 1, -1));
            assertThat(unshared.notify(0, -1)).isZero();
            assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> unshared.notify(65_536, -1));
        }
    }

    @Test
    void unalignedOrOutsideWordsTrap() {
        assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> memory.waitInt(2, 0, 0));
        assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> memory.waitLong(4, 0, 0));
        assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> memory.notify(1, 0));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.waitLong(65_532, 0, 0));
    }

    @Test
    void notifyWakesTheOldestWaitersAndNoMoreThanAsked() throws Exception {
        try (Carriers carriers = new Carriers(2)) {
            List<Future<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waits.add(carriers.submit("waiter " + i, () -> memory.waitInt(16, 0, -1)));
                int expected = i + 1;
                Eventually.holds("waiter " + i + " waits", () -> lot.waiters() == expected);
            }
            assertThat(memory.notify(16, 0)).isZero();
            assertThat(memory.notify(16, 2)).isEqualTo(2);
            assertThat(waits.get(0).get(30, TimeUnit.SECONDS)).isZero();
            assertThat(waits.get(1).get(30, TimeUnit.SECONDS)).isZero();
            assertThat(waits.get(2).isDone()).isFalse();
            assertThat(waits.get(3).isDone()).isFalse();
            assertThat(memory.notify(16, -1)).isEqualTo(2);
            carriers.finish();
            assertThat(memory.notify(16, -1)).isZero();
        }
    }

    @Test
    void notifyReachesOnlyItsOwnAddressAndMemory() throws Exception {
        try (Memory other = Memory.allocate(MemoryType.shared(1, 1), MemoryBudget.unlimited(), lot);
                Carriers carriers = new Carriers(1)) {
            carriers.start("waiter", () -> memory.waitInt(16, 0, -1));
            Eventually.holds("the waiter waits", () -> lot.waiters() == 1);
            for (int address = 0; address < 65_536; address += 4) {
                assertThat(other.notify(address, -1)).isZero();
                if (address != 16) {
                    assertThat(memory.notify(address, -1)).isZero();
                }
            }
            assertThat(memory.notify(16, 1)).isEqualTo(1);
            carriers.finish();
        }
    }

    @Test
    void shutDownReleasesEverybodyNowAndLater() throws Exception {
        try (Carriers carriers = new Carriers(1)) {
            List<Future<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int address = i * 8;
                long timeout = i % 2 == 0 ? -1 : TimeUnit.HOURS.toNanos(1);
                waits.add(carriers.submit("waiter", () -> memory.waitLong(address, 0, timeout)));
            }
            Eventually.holds("all wait", () -> lot.waiters() == 100);

            lot.shutDown(Stopped::new);

            for (Future<Integer> wait : waits) {
                assertThatThrownBy(() -> wait.get(30, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(Stopped.class);
            }
            assertThatThrownBy(() -> memory.waitInt(0, 0, -1)).isInstanceOf(Stopped.class);
            assertThatThrownBy(() -> memory.waitInt(0, 1, -1)).isInstanceOf(Stopped.class);
            assertThat(lot.waiters()).isZero();
        }
    }

    @Test
    void shutDownWhileThreadsWaitAndNotifyStopsThemAll() throws Exception {
        for (int round = 0; round < 200; round++) {
            ParkingLot stopped = new ParkingLot();
            try (Memory shared = Memory.allocate(MemoryType.shared(1, 1), MemoryBudget.unlimited(), stopped);
                    Carriers carriers = new Carriers(2)) {
                AtomicInteger ended = new AtomicInteger();
                for (int i = 0; i < 4; i++) {
                    carriers.start("waiter", () -> {
                        try {
                            while (true) {
                                shared.notify(0, 1);
                                shared.waitInt(0, 0, -1);
                            }
                        } catch (Stopped e) {
                            return ended.incrementAndGet();
                        }
                    });
                }
                stopped.shutDown(Stopped::new);
                carriers.finish();
                assertThat(ended).hasValue(4);
            }
        }
    }

    @Test
    void threadLooksForItselfUntilAnotherIsReadyForItsCarrier() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        ParkingLot busy = new ParkingLot(new ParkingLot.Scheduler() {
            @Override
            public void beforeWait() {
                // Nothing to say against it.
            }

            @Override
            public boolean hasReadyTasks() {
                return looks.incrementAndGet() >= 3;
            }
        });
        try (Memory shared = Memory.allocate(MemoryType.shared(1, 1), MemoryBudget.unlimited(), busy)) {
            int most = 0;
            // It looks for some microseconds only, which may pass while another process has the processor.
            for (int wait = 0; wait < 200 && most < 3; wait++) {
                looks.set(0);
                AtomicInteger result = new AtomicInteger(-1);
                Thread waiter = Thread.ofVirtual().start(() -> result.set(shared.waitInt(0, 0, 2_000_000)));
                waiter.join();
                assertThat(result).hasValue(2);
                most = Math.max(most, looks.get());
                // One more than three each time that it wakes for no reason.
                assertThat(most).as("looks before it parked").isLessThanOrEqualTo(10);
            }
            assertThat(most).as("looks before it parked").isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void interruptedThreadKeepsWaitingAndKeepsItsStatus() throws Exception {
        AtomicBoolean status = new AtomicBoolean();
        AtomicInteger result = new AtomicInteger(-1);
        Thread waiter = Thread.ofVirtual().start(() -> {
            result.set(memory.waitInt(0, 0, -1));
            status.set(Thread.currentThread().isInterrupted());
        });
        Eventually.holds("the waiter waits", () -> lot.waiters() == 1);
        waiter.interrupt();
        Eventually.holds("the waiter parks again", () -> waiter.getState() == Thread.State.WAITING);
        assertThat(memory.notify(0, 1)).isEqualTo(1);
        Eventually.ended(waiter);
        assertThat(result).hasValue(0);
        assertThat(status).isTrue();
    }

    @Test
    void waitThatIsOnlyAPauseEndsEarlyAndOthersDoNot() {
        long hour = TimeUnit.HOURS.toNanos(1);
        lot.treatAsPause(hour);
        assertThat(memory.waitLong(0, 0, hour)).isEqualTo(2);
        long start = System.nanoTime();
        assertThat(memory.waitLong(0, 0, 1_000_000)).isEqualTo(2);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000);
    }

    /** The hand-over of a virtual CPU: write the other one's word, notify it, wait on one's own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tasksThatHandATokenAroundLoseNoWakeup(int carrierCount) throws Exception {
        int tasks = 5;
        int rounds = 40_000;
        try (Carriers carriers = new Carriers(carrierCount)) {
            for (int i = 0; i < tasks; i++) {
                int own = i * 64;
                int next = (i + 1) % tasks * 64;
                boolean starts = i == 0;
                carriers.start("task " + i, () -> {
                    for (int round = 0; round < rounds; round++) {
                        if (!starts || round > 0) {
                            while (MemoryAtomics.load32(own, memory) == 0) {
                                memory.waitInt(own, 0, -1);
                            }
                            MemoryAtomics.store32(own, 0, memory);
                        }
                        MemoryAtomics.store32(next, 1, memory);
                        memory.notify(next, 1);
                    }
                    return null;
                });
            }
            carriers.finish();
            assertThat(MemoryAtomics.load32(0, memory)).isEqualTo(1);
        }
    }

    /** A bounded queue of one place between several producers and consumers. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void producersAndConsumersOnOneWordLoseNothing(int carrierCount) throws Exception {
        int each = 20_000;
        AtomicLong sum = new AtomicLong();
        try (Carriers carriers = new Carriers(carrierCount)) {
            for (int i = 0; i < 3; i++) {
                carriers.start("producer", () -> {
                    for (int value = 1; value <= each; value++) {
                        while (MemoryAtomics.compareExchange32(0, 0, value, memory) != 0) {
                            int seen = MemoryAtomics.load32(0, memory);
                            if (seen != 0) {
                                memory.waitInt(0, seen, -1);
                            }
                        }
                        memory.notify(0, -1);
                    }
                    return null;
                });
                carriers.start("consumer", () -> {
                    for (int n = 0; n < each; n++) {
                        int value = MemoryAtomics.exchange32(0, 0, memory);
                        while (value == 0) {
                            memory.waitInt(0, 0, -1);
                            value = MemoryAtomics.exchange32(0, 0, memory);
                        }
                        sum.addAndGet(value);
                        memory.notify(0, -1);
                    }
                    return null;
                });
            }
            carriers.finish();
        }
        assertThat(sum).hasValue(3L * each * (each + 1) / 2);
        assertThat(lot.waiters()).isZero();
    }

    /** Every wakeup that notify counts is one that a waiter reports, also when time-outs race with it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 20_000, 150_000})
    void notifyCountsExactlyThoseThatWereWoken(long timeoutNanos) throws Exception {
        AtomicInteger woken = new AtomicInteger();
        AtomicInteger running = new AtomicInteger(4);
        AtomicLong notified = new AtomicLong();
        try (Carriers carriers = new Carriers(2)) {
            for (int i = 0; i < 4; i++) {
                int address = i % 2 * 4;
                carriers.start("waiter", () -> {
                    for (int n = 0; n < 1_000; n++) {
                        if (memory.waitInt(address, 0, timeoutNanos) == 0) {
                            woken.incrementAndGet();
                        }
                    }
                    return running.decrementAndGet();
                });
            }
            Thread notifier = Thread.ofPlatform().start(() -> {
                while (running.get() > 0) {
                    notified.addAndGet(memory.notify(0, 1));
                    notified.addAndGet(memory.notify(4, 2));
                }
            });
            carriers.finish();
            Eventually.ended(notifier);
        }
        assertThat(woken.get()).isEqualTo(notified.get());
        assertThat(lot.waiters()).isZero();
    }
}
