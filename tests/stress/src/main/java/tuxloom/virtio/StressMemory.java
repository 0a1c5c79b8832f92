package tuxloom.virtio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import tuxloom.machine.GuestMemory;

/** Native memory for the states of stress tests, of which a JVM has some ten thousand at a time. */
final class StressMemory {
    static final int BYTES = 256;
    private static final int SLOTS = 1 << 16;
    private static final MemorySegment ALL = Arena.global().allocate((long) BYTES * SLOTS, BYTES);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private StressMemory() {}

    /** Returns a guest memory of {@link #BYTES} zeroes. */
    static GuestMemory next() {
        MemorySegment slot = ALL.asSlice((long) (NEXT.getAndIncrement() & (SLOTS - 1)) * BYTES, BYTES, 16);
        slot.fill((byte) 0);
        return new GuestMemory(slot, () -> BYTES);
    }
}
