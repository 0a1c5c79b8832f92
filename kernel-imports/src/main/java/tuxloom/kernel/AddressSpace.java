package tuxloom.kernel;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import tuxloom.engine.Limits;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.MemoryBudget;
import tuxloom.engine.MemoryType;
import tuxloom.engine.ParkingLot;

/**
 * The memory of a program, shared by the tasks that run in it and given back when the last of them lets go. Every holder calls
 * {@link #release} exactly once.
 */
final class AddressSpace {
    private final Memory memory;
    private final MemoryBudget budget;
    private final ParkingLot parkingLot;
    private final AtomicInteger holders = new AtomicInteger(1);

    private AddressSpace(Memory memory, MemoryBudget budget, ParkingLot parkingLot) {
        this.memory = memory;
        this.budget = budget;
        this.parkingLot = parkingLot;
    }

    /** Makes a zeroed one, held by the caller. */
    static AddressSpace create(long minimumPages, long maximumPages, MemoryBudget budget, ParkingLot parkingLot)
            throws MemoryAllocationException {
        var type = new MemoryType(new Limits(minimumPages, OptionalLong.of(maximumPages)), true);
        return new AddressSpace(Memory.allocate(type, budget, parkingLot), budget, parkingLot);
    }

    /** Makes a private snapshot of this one as it is now, held by the caller. */
    AddressSpace copy() throws MemoryAllocationException {
        var snapshot = create(memory.sizePages(), memory.maximumPages(), budget, parkingLot);
        var lengthBytes = snapshot.memory.sizeBytes();
        snapshot.memory
                .segment()
                .asSlice(0, lengthBytes)
                .copyFrom(memory.segment().asSlice(0, lengthBytes));
        return snapshot;
    }

    Memory memory() {
        return memory;
    }

    /** Adds a holder. Only a holder may do so. */
    AddressSpace retain() {
        var _ = holders.incrementAndGet();
        return this;
    }

    /** Drops a holder; the last one gives the memory back. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            memory.close();
        }
    }
}
