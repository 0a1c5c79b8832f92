package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tuxloom.machine.GuestMemory;

/** The device's side of the packed ring, against a driver that keeps the rules (virtio 1.2, section 2.8). */
class VirtQueueTest {
    private static final int MEMORY_BYTES = 1 << 20;
    private static final long RING = 0x1000;
    private static final int ENTRIES = 4;

    private final GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(MEMORY_BYTES, 4096), () -> MEMORY_BYTES);
    private final FakeDriver driver = new FakeDriver(memory, RING, ENTRIES);
    private final VirtQueue queue = new VirtQueue(memory, ENTRIES, RING);

    @Test
    void zeroedRingHasNothingAvailable() {
        assertThat(queue.hasAvailable()).isFalse();
        assertThat(queue.pop()).isEmpty();
    }

    @Test
    void chainHasItsReadableAndItsWritableRangesInOrder() {
        memory.putInt(0x8000, 0x11111111);
        memory.putInt(0x8100, 0x22222222);
        int id = driver.readable(0x8000, 4)
                .readable(0x8100, 4)
                .writable(0x9000, 512)
                .offer();

        assertThat(queue.hasAvailable()).isTrue();
        DescriptorChain chain = queue.pop().orElseThrow();
        assertThat(chain.id()).isEqualTo(id);
        assertThat(chain.descriptorCount()).isEqualTo(3);
        byte[] read = new byte[8];
        chain.readable().copyTo(read, 0);
        assertThat(read).containsExactly(0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x22);
        chain.writable().copyFrom(new byte[] {7}, 0, 1);
        assertThat(memory.getByte(0x9000)).isEqualTo((byte) 7);
        assertThat(chain.writable().byteSize()).isEqualTo(512);
    }

    @Test
    void pushedBufferIsUsedWithItsIdAndLength() {
        int id = driver.writable(0x9000, 512).offer();

        queue.push(queue.pop().orElseThrow(), 100);

        assertThat(driver.used()).contains(new FakeDriver.Used(id, 100, true));
        assertThat(driver.used()).isEmpty();
    }

    @Test
    void usedBufferThatNothingWasWrittenToLacksTheWriteFlag() {
        int id = driver.readable(0x9000, 512).offer();

        queue.push(queue.pop().orElseThrow(), 0);

        assertThat(driver.used()).contains(new FakeDriver.Used(id, 0, false));
    }

    @Test
    void buffersMayBeUsedInAnotherOrderThanTheyWereOffered() {
        int first = driver.readable(0x8000, 1).readable(0x8000, 1).offer();
        int second = driver.readable(0x8000, 1).offer();
        DescriptorChain firstChain = queue.pop().orElseThrow();
        DescriptorChain secondChain = queue.pop().orElseThrow();

        queue.push(secondChain, 0);
        queue.push(firstChain, 0);

        assertThat(driver.used().orElseThrow().id()).isEqualTo(second);
        assertThat(driver.used().orElseThrow().id()).isEqualTo(first);
        assertThat(driver.freeEntries()).isEqualTo(ENTRIES);
    }

    @Test
    void fullRingIsPoppedOnceAndNotAgain() {
        for (int i = 0; i < ENTRIES; i++) {
            driver.readable(0x8000, 1).offer();
        }

        for (int i = 0; i < ENTRIES; i++) {
            assertThat(queue.pop()).isPresent();
        }

        assertThat(queue.hasAvailable()).isFalse();
        assertThat(queue.pop()).isEmpty();
    }

    @Test
    void ringOfOneEntryWorks() {
        FakeDriver small = new FakeDriver(memory, 0x2000, 1);
        VirtQueue smallQueue = new VirtQueue(memory, 1, 0x2000);
        for (int round = 0; round < 5; round++) {
            small.writable(0x9000, 8).offer();
            smallQueue.push(smallQueue.pop().orElseThrow(), 8);
            assertThat(smallQueue.pop()).isEmpty();
            assertThat(small.used()).isPresent();
        }
    }

    @Test
    void largestRingWorks() {
        FakeDriver large = new FakeDriver(memory, 0x10000, VirtQueue.MAX_SIZE);
        VirtQueue largeQueue = new VirtQueue(memory, VirtQueue.MAX_SIZE, 0x10000);
        for (int i = 0; i < VirtQueue.MAX_SIZE + 5; i++) {
            large.writable(0x9000, 8).offer();
            largeQueue.push(largeQueue.pop().orElseThrow(), 1);
            assertThat(large.used()).isPresent();
        }
    }

    @Test
    void indirectTableTakesOneEntryOfTheRing() {
        int id = driver.readable(0x8000, 16)
                .readable(0x8100, 16)
                .readable(0x8200, 16)
                .readable(0x8300, 16)
                .writable(0x9000, 1)
                .offerIndirect(0x7008);

        DescriptorChain chain = queue.pop().orElseThrow();
        assertThat(chain.id()).isEqualTo(id);
        assertThat(chain.descriptorCount()).isEqualTo(1);
        assertThat(chain.readable().byteSize()).isEqualTo(64);
        assertThat(chain.writable().byteSize()).isEqualTo(1);
        queue.push(chain, 1);
        assertThat(driver.used().orElseThrow().id()).isEqualTo(id);
    }

    @Test
    void writeFlagOfADescriptorThatRefersToATableMeansNothing() {
        memory.putLong(0x7000, 0x8000);
        memory.putInt(0x7008, 16);
        driver.element(0x7000, 16, Descriptor.INDIRECT | Descriptor.WRITE).offerAsIs();

        assertThat(queue.pop().orElseThrow().readable().byteSize()).isEqualTo(16);
    }

    @Test
    void nextFlagInsideATableMeansNothing() {
        driver.element(0x8000, 16, Descriptor.NEXT).element(0x9000, 1, Descriptor.NEXT | Descriptor.WRITE);
        driver.offerIndirect(0x7000);

        DescriptorChain chain = queue.pop().orElseThrow();
        assertThat(chain.readable().byteSize()).isEqualTo(16);
        assertThat(chain.writable().byteSize()).isEqualTo(1);
    }

    @Test
    void poppedChainIsACopyThatTheGuestCannotChange() {
        driver.readable(0x8000, 16).offer();
        DescriptorChain chain = queue.pop().orElseThrow();

        memory.putLong(RING, 0xFFFF_FFFFL);
        memory.putInt(RING + Descriptor.LENGTH_OFFSET, -1);

        assertThat(chain.readable().byteSize()).isEqualTo(16);
        assertThat(chain.readable().segments().getFirst().address())
                .isEqualTo(memory.slice(0x8000, 16).address());
    }

    /** Sizes that are no power of two, chains of many lengths, use in a random order: thousands of wraps. */
    @Test
    void wrapCountersHoldOverManyWraps() {
        Random random = new Random(42);
        for (int entries : new int[] {1, 2, 3, 5, 7, 16}) {
            FakeDriver ring = new FakeDriver(memory, 0x4000, entries);
            VirtQueue device = new VirtQueue(memory, entries, 0x4000);
            Deque<Integer> offered = new ArrayDeque<>();
            List<DescriptorChain> popped = new ArrayList<>();
            for (int step = 0; step < 5_000; step++) {
                int length = 1 + random.nextInt(3);
                if (length <= ring.freeEntries()) {
                    for (int i = 0; i < length; i++) {
                        ring.writable(0x9000 + 16L * i, 16);
                    }
                    offered.add(ring.offer());
                }
                if (random.nextBoolean() && device.hasAvailable()) {
                    DescriptorChain chain = device.pop().orElseThrow();
                    assertThat(chain.id()).isEqualTo(offered.remove());
                    popped.add(chain);
                }
                if (random.nextBoolean() && !popped.isEmpty()) {
                    DescriptorChain chain = popped.remove(random.nextInt(popped.size()));
                    device.push(chain, 16);
                    assertThat(ring.used()).contains(new FakeDriver.Used(chain.id(), 16, true));
                }
            }
        }
    }

    /** Whoever sees the flags sees what was written before them: data checked on both sides, on two threads. */
    @Test
    void dataIsVisibleWithTheFlagsOnAnotherThread() throws InterruptedException {
        int rounds = 5_000;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread device = Thread.ofPlatform().start(() -> {
            try {
                echoNegated(rounds);
            } catch (AssertionError | RuntimeException e) {
                failure.set(e);
            }
        });
        try {
            int offered = 0;
            for (int done = 0; done < rounds && failure.get() == null; ) {
                if (offered < rounds && driver.freeEntries() >= 2) {
                    long buffer = 0x8000 + 16L * (offered % ENTRIES);
                    memory.putInt(buffer, ++offered);
                    memory.putInt(buffer + 8, 0);
                    driver.readable(buffer, 4).writable(buffer + 8, 4).offer();
                }
                if (driver.used().isPresent()) {
                    long buffer = 0x8000 + 16L * (done % ENTRIES);
                    done++;
                    assertThat(memory.getInt(buffer + 8)).isEqualTo(-done);
                } else {
                    Thread.onSpinWait();
                }
            }
        } finally {
            device.join(20_000);
        }
        assertThat(failure.get()).isNull();
    }

    private void echoNegated(int rounds) {
        for (int round = 1; round <= rounds; ) {
            var chain = queue.pop();
            if (chain.isEmpty()) {
                Thread.onSpinWait();
                continue;
            }
            GuestBuffers in = chain.get().readable();
            int value = in.segments().getFirst().get(ValueLayout.JAVA_INT, 0);
            assertThat(value).isEqualTo(round++);
            chain.get().writable().segments().getFirst().set(ValueLayout.JAVA_INT, 0, -value);
            queue.push(chain.get(), 4);
        }
    }
}
