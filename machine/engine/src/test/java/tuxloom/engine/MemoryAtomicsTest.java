package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static tuxloom.engine.MemoryTest.assertTrap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MemoryAtomicsTest {
    private Memory memory;

    @BeforeEach
    void allocate() throws Exception {
        memory = Memory.allocate(MemoryType.shared(1, 1));
        memory.putLong(0, 0x8877_6655_4433_2211L);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void narrowResultsAreZeroExtendedAndNeighboursStay() {
        assertThat(MemoryAtomics.add8(7, 0x178, memory)).isEqualTo(0x88);
        assertThat(MemoryAtomics.sub16(4, 0x6656, memory)).isEqualTo(0x6655);
        assertThat(memory.getLong(0)).isEqualTo(0x0077_FFFF_4433_2211L);
        assertThat(MemoryAtomics.load16(4, memory)).isEqualTo(0xFFFF);
        assertThat(MemoryAtomics.exchange8(0, -1, memory)).isEqualTo(0x11);
        assertThat(MemoryAtomics.load8(0, memory)).isEqualTo(0xFF);
    }

    @Test
    void bitOperationsWorkInAllWidths() {
        assertThat(MemoryAtomics.and8(0, 0x10, memory)).isEqualTo(0x11);
        assertThat(MemoryAtomics.or16(2, 0x8000, memory)).isEqualTo(0x4433);
        assertThat(MemoryAtomics.xor32(4, -1, memory)).isEqualTo(0x8877_6655);
        assertThat(memory.getLong(0)).isEqualTo(0x7788_99AA_C433_2210L);
        assertThat(MemoryAtomics.xor64(0, -1, memory)).isEqualTo(0x7788_99AA_C433_2210L);
        assertThat(MemoryAtomics.load64(0, memory)).isEqualTo(~0x7788_99AA_C433_2210L);
    }

    @Test
    void narrowCompareExchangeWrapsTheExpectedValueFirst() {
        assertThat(MemoryAtomics.compareExchange8Narrow(0, 0x112, 0, memory)).isEqualTo(0x11);
        assertThat(MemoryAtomics.compareExchange32Narrow(4, -1L, 0, memory)).isEqualTo(0x8877_6655L);
        assertThat(memory.getLong(0)).isEqualTo(0x8877_6655_4433_2211L);
        assertThat(MemoryAtomics.compareExchange32Narrow(4, 0x1_8877_6655L, -1, memory))
                .isEqualTo(0x8877_6655L);
        assertThat(MemoryAtomics.compareExchange16Narrow(6, -1, 0x8877, memory)).isEqualTo(0xFFFF);
        assertThat(MemoryAtomics.compareExchange16Narrow(4, -1, 0x6655, memory)).isEqualTo(0xFFFF);
        assertThat(memory.getLong(0)).isEqualTo(0x8877_6655_4433_2211L);
        assertThat(MemoryAtomics.compareExchange8Narrow(0, 0x11, 0x1FF, memory)).isEqualTo(0x11);
        assertThat(MemoryAtomics.compareExchange16Narrow(6, 0x8877, 1, memory)).isEqualTo(0x8877);
        assertThat(memory.getLong(0)).isEqualTo(0x0001_6655_4433_22FFL);
        assertThat(MemoryAtomics.compareExchange32(0, 0, 1, memory)).isEqualTo(0x4433_22FF);
        assertThat(MemoryAtomics.compareExchange64(0, 0x0001_6655_4433_22FFL, 5, memory))
                .isEqualTo(0x0001_6655_4433_22FFL);
        assertThat(memory.getLong(0)).isEqualTo(5);
    }

    @Test
    void unalignedAndOutOfBoundsAccessesTrapBeforeAnythingIsWritten() {
        assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> MemoryAtomics.add16(1, 1, memory));
        assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> MemoryAtomics.store32(2, 1, memory));
        assertTrap(Trap.Kind.UNALIGNED_ATOMIC, () -> MemoryAtomics.compareExchange64(4, 0, 1, memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryAtomics.load8(0x10000, memory));
        assertTrap(Trap.Kind.OUT_OF_BOUNDS_MEMORY, () -> MemoryAtomics.exchange64(0x1_FFFF_FFF8L, 1, memory));
        assertThat(memory.getLong(0)).isEqualTo(0x8877_6655_4433_2211L);
    }

    @Test
    void concurrentAdditionsOfAllWidthsLoseNothing() throws Exception {
        memory.putLong(0, 0);
        int each = 50_000;
        Runnable adder = () -> {
            for (int i = 0; i < each; i++) {
                MemoryAtomics.add8(0, 1, memory);
                MemoryAtomics.add16(2, 1, memory);
                MemoryAtomics.add32(4, 1, memory);
                MemoryAtomics.add64(8, 1, memory);
            }
        };
        Thread first = Thread.ofPlatform().start(adder);
        Thread second = Thread.ofPlatform().start(adder);
        Eventually.ended(first);
        Eventually.ended(second);
        assertThat(MemoryAtomics.load8(0, memory)).isEqualTo(2 * each & 0xFF);
        assertThat(MemoryAtomics.load16(2, memory)).isEqualTo(2 * each & 0xFFFF);
        assertThat(MemoryAtomics.load32(4, memory)).isEqualTo(2 * each);
        assertThat(MemoryAtomics.load64(8, memory)).isEqualTo(2L * each);
    }
}
