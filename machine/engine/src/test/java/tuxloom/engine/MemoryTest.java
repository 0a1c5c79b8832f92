package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

final class MemoryTest {
    private static final int PAGE = MemoryType.PAGE_BYTES;

    @Test
    void memoryOfFourGigabytesLessOnePageIsUsableToItsLastByte() throws Exception {
        try (Memory memory = Memory.allocate(MemoryType.shared(1, 65_535))) {
            assertThat(memory.grow(65_534)).isEqualTo(1);
            assertThat(memory.sizeBytes()).isEqualTo((4L << 30) - PAGE);

            memory.putLong(memory.sizeBytes() - 8, 0x1122_3344_5566_7788L);

            assertThat(memory.getLong(memory.sizeBytes() - 8)).isEqualTo(0x1122_3344_5566_7788L);
            assertThat(memory.getByte(memory.sizeBytes() - 9)).isZero();
        }
    }

    @Test
    void accessBeyondTheCurrentSizeTrapsAlthoughTheRegionIsLarger() throws Exception {
        try (Memory memory = Memory.allocate(MemoryType.shared(1, 2))) {
            assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.getByte(PAGE));
            assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.putLong(PAGE - 7, 1));
            assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.getInt(-4));
            assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.getLong(Long.MAX_VALUE));
            assertThat(memory.grow(1)).isEqualTo(1);
            assertThat(memory.getByte(PAGE)).isZero();
        }
    }

    @Test
    void growthBeyondTheMaximumIsRefusedAndChangesNothing() throws Exception {
        try (Memory memory = Memory.allocate(MemoryType.shared(1, 3))) {
            assertThat(memory.grow(3)).isEqualTo(-1);
            assertThat(memory.grow(-1)).isEqualTo(-1);
            assertThat(memory.grow(0)).isEqualTo(1);
            assertThat(memory.sizePages()).isEqualTo(1);
            assertThat(memory.grow(2)).isEqualTo(1);
            assertThat(memory.sizePages()).isEqualTo(3);
        }
    }

    @Test
    void memoryWithoutMaximumGrowsUpToTheAddressSpace() throws Exception {
        try (Memory memory = Memory.allocate(new MemoryType(Limits.atLeast(0), false))) {
            assertThat(memory.grow(65_536)).isZero();
            assertThat(memory.grow(1)).isEqualTo(-1);
            assertThat(memory.type().limits()).isEqualTo(Limits.atLeast(65_536));
        }
    }

    @Test
    void emptyMemoryWithMaximumZeroExists() throws Exception {
        try (Memory memory = Memory.allocate(MemoryType.shared(0, 0))) {
            assertThat(memory.grow(1)).isEqualTo(-1);
            assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.getByte(0));
            MemoryBulk.fill(0, 0, 0, memory);
        }
    }

    @Test
    void threadsThatGrowAtOnceEachGetPagesOfTheirOwn() throws Exception {
        int threads = 8;
        int growthsEach = 500;
        ConcurrentSkipListSet<Integer> starts = new ConcurrentSkipListSet<>();
        try (Memory memory = Memory.allocate(MemoryType.shared(0, threads * growthsEach - 1))) {
            CyclicBarrier barrier = new CyclicBarrier(threads);
            List<Thread> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(Thread.ofPlatform().start(() -> {
                    Eventually.await(barrier);
                    for (int j = 0; j < growthsEach; j++) {
                        starts.add(memory.grow(1));
                    }
                }));
            }
            for (Thread thread : running) {
                Eventually.ended(thread);
            }
            // All numbers from -1 (the one growth too many) to the last page, none twice.
            assertThat(starts).hasSize(threads * growthsEach).first().isEqualTo(-1);
            assertThat(memory.sizePages()).isEqualTo(threads * growthsEach - 1);
        }
    }

    @Test
    void budgetPaysForAllocationAndGrowthAndGetsItBackOnClose() throws Exception {
        MemoryBudget budget = new MemoryBudget(4L * PAGE);
        ParkingLot lot = new ParkingLot();
        Memory first = Memory.allocate(MemoryType.shared(2, 10), budget, lot);
        assertThat(first.grow(3)).isEqualTo(-1);
        assertThat(first.grow(1)).isEqualTo(2);
        assertThatThrownBy(() -> Memory.allocate(MemoryType.shared(2, 2), budget, lot))
                .isInstanceOf(MemoryAllocationException.class)
                .hasMessageContaining("131072 bytes")
                .hasMessageContaining("196608 of 262144");

        first.close();
        first.close();

        assertThat(budget.usedBytes()).isZero();
        Memory.allocate(MemoryType.shared(4, 4), budget, lot).close();
    }

    @Test
    void viewsOfAClosedMemoryAreInvalidInsteadOfDangling() throws Exception {
        Memory memory = Memory.allocate(MemoryType.shared(1, 1));
        MemorySegment view = memory.segment().asSlice(16, 16);
        view.set(ValueLayout.JAVA_INT, 0, 42);
        assertThat(memory.getInt(16)).isEqualTo(42);

        memory.close();

        assertThatThrownBy(() -> view.get(ValueLayout.JAVA_INT, 0)).isInstanceOf(IllegalStateException.class);
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> memory.getInt(16));
    }

    @Test
    void allocatingAndClosingManyLargeMemoriesKeepsNoAddressSpace() throws Exception {
        // 64 TiB in all: more than a process may map at once when something leaks (47-bit addresses hold 128 TiB).
        for (int i = 0; i < 16_384; i++) {
            try (Memory memory = Memory.allocate(MemoryType.shared(1, 65_536))) {
                memory.putInt(0, i);
            }
        }
    }

    @Test
    void hostWordsAreLittleEndianAndNeedNoAlignment() throws Exception {
        try (Memory memory = Memory.allocate(MemoryType.shared(1, 1))) {
            memory.putInt(1, 0x0403_0201);
            assertThat(memory.getByte(1)).isEqualTo((byte) 1);
            assertThat(memory.getShort(3)).isEqualTo((short) 0x0403);
            assertThat(memory.getLong(0)).isEqualTo(0x04_0302_0100L);
            assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> memory.getIntAcquire(1));
            assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> memory.compareAndSetLong(4, 0, 1));
        }
    }

    static void assertTrap(Trap.Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOfSatisfying(
                        Trap.class, trap -> assertThat(trap.kind()).isEqualTo(kind));
    }
}
