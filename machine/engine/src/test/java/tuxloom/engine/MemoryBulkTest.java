package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static tuxloom.engine.MemoryTest.assertTrap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MemoryBulkTest {
    private static final int PAGE = MemoryType.PAGE_BYTES;
    private Memory memory;

    @BeforeEach
    void allocate() throws Exception {
        memory = Memory.allocate(MemoryType.shared(1, 2));
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void fillSetsExactlyItsRange() {
        MemoryBulk.fill(3, 0x1FF, 2, memory);
        assertThat(memory.getLong(0)).isEqualTo(0xFF_FF00_0000L);
    }

    @Test
    void fillThatEndsBeyondTheSizeWritesNothing() {
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.fill(PAGE - 4, 1, 5, memory));
        assertThat(memory.getInt(PAGE - 4)).isZero();
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.fill(0, 1, -1, memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.fill(-1, 1, 0, memory));
        MemoryBulk.fill(PAGE, 1, 0, memory);
    }

    @Test
    void copyOfOverlappingRangesBehavesLikeMemmoveBothWays() {
        memory.putLong(0, 0x0807_0605_0403_0201L);
        MemoryBulk.copy(2, 0, 6, memory);
        assertThat(memory.getLong(0)).isEqualTo(0x0605_0403_0201_0201L);
        MemoryBulk.copy(0, 2, 6, memory);
        assertThat(memory.getLong(0)).isEqualTo(0x0605_0605_0403_0201L);
    }

    @Test
    void copyChecksBothRangesFirst() {
        memory.putByte(0, (byte) 9);
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.copy(PAGE - 1, 0, 2, memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.copy(0, PAGE - 1, 2, memory));
        assertThat(memory.getByte(PAGE - 1)).isZero();
    }

    @Test
    void initCopiesFromTheSegmentsPartOfTheModule() {
        byte[] module = {9, 9, 1, 2, 3, 9};
        MemoryBulk.init(8, 1, 2, module, 2, 3, memory);
        assertThat(memory.getInt(8)).isEqualTo(0x0302);
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.init(8, 1, 3, module, 2, 3, memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.init(8, -1, 2, module, 2, 3, memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.init(PAGE - 1, 0, 2, module, 2, 3, memory));
    }

    @Test
    void initFromADroppedSegmentAllowsOnlyLengthZero() {
        MemoryBulk.init(0, 0, 0, new byte[0], memory);
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.init(0, 0, 1, new byte[0], memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryBulk.init(0, 1, 0, new byte[0], memory));
    }
}
