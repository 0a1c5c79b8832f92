package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import tuxloom.machine.GuestMemory;

/** Rings that no driver may write: each is refused with the number that was wrong. */
class HostileRingTest {
    private static final int MEMORY_BYTES = 16 << 20;
    private static final long RING = 0x1000;
    private static final int ENTRIES = 8;
    private static final long TABLE = 0x2000;

    private final GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(MEMORY_BYTES, 4096), () -> MEMORY_BYTES);
    private final FakeDriver driver = new FakeDriver(memory, RING, ENTRIES);
    private final VirtQueue queue = new VirtQueue(memory, ENTRIES, RING);

    @Test
    void readableBufferAfterWritableOneIsRefused() {
        driver.writable(0x9000, 512).readable(0x8000, 16).offer();

        refused().hasMessageContaining("0x8000");
    }

    @Test
    void readableEntryAfterWritableOneInATableIsRefused() {
        driver.writable(0x9000, 512).readable(0x8000, 16).offerIndirect(TABLE);

        refused().hasMessageContaining("0x8000");
    }

    @Test
    void chainThatNeverEndsIsRefused() {
        for (int i = 0; i < ENTRIES; i++) {
            driver.element(0x8000, 16, Descriptor.NEXT);
        }
        driver.offerAsIs();

        refused().hasMessageContaining("longer than the 8 free entries of 8");
    }

    @Test
    void chainThatRunsIntoBuffersStillInUseIsRefused() {
        driver.readable(0x8000, 16).offer();
        assertThat(queue.pop()).isPresent();
        for (int i = 0; i < ENTRIES - 1; i++) {
            driver.element(0x8000, 16, Descriptor.NEXT);
        }
        driver.offerAsIs();

        refused().hasMessageContaining("longer than the 7 free entries of 8");
    }

    @Test
    void emptyBufferIsRefused() {
        driver.readable(0x8000, 0).offer();

        refused().hasMessageContaining("0x8000").hasMessageContaining("no bytes");
    }

    @Test
    void emptyBufferInATableIsRefused() {
        driver.readable(0x8000, 16).writable(0x9000, 0).offerIndirect(TABLE);

        refused().hasMessageContaining("0x9000").hasMessageContaining("no bytes");
    }

    @Test
    void bufferBeyondMemoryIsRefused() {
        driver.readable(MEMORY_BYTES - 8, 9).offer();

        refused().hasMessageContaining("0xfffff8");
    }

    @Test
    void bufferWhoseEndWrapsAroundIsRefused() {
        driver.readable(0xFFFF_FFFF_FFFF_FFF0L, 0x20).offer();

        refused().hasMessageContaining("0xfffffffffffffff0");
    }

    @Test
    void addressBeyondThirtyTwoBitsIsRefusedAndNotCut() {
        driver.readable(0x1_0000_8000L, 16).offer();

        refused().hasMessageContaining("0x100008000");
    }

    @Test
    void bufferOfFourGigabytesIsRefused() {
        driver.readable(0x8000, 0xFFFF_FFFFL).offer();

        refused().hasMessageContaining("4294967295");
    }

    @Test
    void chainOfMoreBytesThanAUsedLengthCanSayIsRefused() {
        for (int i = 0; i < 300; i++) {
            driver.writable(0, MEMORY_BYTES);
        }
        driver.offerIndirect(TABLE);

        refused().hasMessageContaining("more than 4294967295");
    }

    @Test
    void tableInsideATableIsRefused() {
        driver.element(0x8000, 16, Descriptor.INDIRECT).offerIndirect(TABLE);

        refused().hasMessageContaining("0x2000").hasMessageContaining("inside an indirect table");
    }

    @Test
    void tableThatIsNotWholeDescriptorsIsRefused() {
        driver.element(TABLE, 24, Descriptor.INDIRECT).offerAsIs();

        refused().hasMessageContaining("24 bytes");
    }

    @Test
    void tableWithoutEntriesIsRefused() {
        driver.element(TABLE, 0, Descriptor.INDIRECT).offerAsIs();

        refused().hasMessageContaining("0 bytes");
    }

    @Test
    void hugeTableIsRefused() {
        driver.element(TABLE, 16L * (ChainParser.MAX_SEGMENTS + 1), Descriptor.INDIRECT)
                .offerAsIs();

        refused().hasMessageContaining("16400 bytes");
    }

    @Test
    void tableBeyondMemoryIsRefused() {
        driver.element(MEMORY_BYTES - 16, 32, Descriptor.INDIRECT).offerAsIs();

        refused().hasMessageContaining("indirect table").hasMessageContaining("0xfffff0");
    }

    @Test
    void tableThatIsPartOfAChainIsRefused() {
        driver.element(TABLE, 16, Descriptor.INDIRECT | Descriptor.NEXT).readable(0x8000, 16);
        driver.offerAsIs();

        refused().hasMessageContaining("part of a longer chain");
    }

    @Test
    void tableAtTheEndOfAChainIsRefused() {
        driver.element(0x8000, 16, Descriptor.NEXT).element(TABLE, 16, Descriptor.INDIRECT);
        driver.offerAsIs();

        refused().hasMessageContaining("ring entry 1");
    }

    @Test
    void idBeyondTheRingIsRefused() {
        driver.readable(0x8000, 16).offerAs(ENTRIES);

        refused().hasMessageContaining("buffer id 8");
    }

    @Test
    void ringsOfImpossibleSizesAreRefused() {
        for (int size : new int[] {0, -1, VirtQueue.MAX_SIZE + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> new VirtQueue(memory, size, RING))
                    .isInstanceOf(DriverFaultException.class)
                    .hasMessageContaining(String.valueOf(size));
        }
    }

    @Test
    void ringAtAnUnalignedAddressIsRefused() {
        assertThatThrownBy(() -> new VirtQueue(memory, ENTRIES, RING + 8))
                .isInstanceOf(DriverFaultException.class)
                .hasMessageContaining("0x1008");
    }

    @Test
    void ringThatEndsBeyondMemoryIsRefused() {
        assertThatThrownBy(() -> new VirtQueue(memory, ENTRIES, MEMORY_BYTES - 16))
                .isInstanceOf(DriverFaultException.class)
                .hasMessageContaining("ring of 8 entries");
        assertThatThrownBy(() -> new VirtQueue(memory, ENTRIES, 0xFFFF_FFF0L)).isInstanceOf(DriverFaultException.class);
        assertThatThrownBy(() -> new VirtQueue(memory, ENTRIES, -16)).isInstanceOf(DriverFaultException.class);
    }

    /** Whatever bytes the ring holds: a buffer inside memory, nothing, or a refusal; and never an endless loop. */
    @Test
    void randomRingsEndInABufferOrARefusal() {
        Random random = new Random(20_261_122);
        int buffers = 0;
        int refusals = 0;
        for (int round = 0; round < 20_000; round++) {
            scribble(random, RING, ENTRIES);
            scribble(random, TABLE, 4);
            VirtQueue victim = new VirtQueue(memory, ENTRIES, RING);
            try {
                Optional<DescriptorChain> chain = victim.pop();
                while (chain.isPresent()) {
                    buffers++;
                    victim.push(chain.get(), chain.get().writable().byteSize());
                    chain = victim.pop();
                }
            } catch (DriverFaultException e) {
                refusals++;
            }
        }
        assertThat(buffers).isGreaterThan(1_000);
        assertThat(refusals).isGreaterThan(1_000);
    }

    /** Random descriptors, most of their fields in the range where the code does something. */
    private void scribble(Random random, long at, int entries) {
        for (int i = 0; i < entries; i++) {
            long entry = at + 16L * i;
            memory.putLong(entry, random.nextInt(8) == 0 ? random.nextLong() : TABLE + 16L * random.nextInt(4));
            memory.putInt(entry + 8, random.nextInt(8) == 0 ? random.nextInt() : 16 * random.nextInt(5));
            memory.putShort(entry + 12, (short) random.nextInt(ENTRIES + 1));
            int flags = random.nextInt(8) | (random.nextInt(4) == 0 ? Descriptor.USED : Descriptor.AVAILABLE);
            memory.putShort(entry + 14, (short) flags);
        }
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return assertThatThrownBy(queue::pop).isInstanceOf(DriverFaultException.class);
    }
}
