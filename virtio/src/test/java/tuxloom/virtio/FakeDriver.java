package tuxloom.virtio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import tuxloom.machine.GuestMemory;

/**
 * Plays a guest's driver of one packed virtqueue (virtio 1.2, sections 2.8.21 and 2.8.22): {@code
 * driver.readable(0x8000, 16).writable(0x9000, 512).offer()}. One thread.
 *
 * <p>It can also break the rules: {@link #element} takes any descriptor as it is, and the ring lies in the guest memory
 * that the test may write to.
 */
final class FakeDriver {
    /** What the device said about one buffer. */
    record Used(int id, long length, boolean written) {}

    private final GuestMemory memory;
    private final long ringAddress;
    private final int size;
    private final Deque<Integer> freeIds = new ArrayDeque<>();
    private final int[] entriesOfId;
    private List<Descriptor> pending = new ArrayList<>();
    private int availableIndex;
    private boolean availableWrap = true;
    private int usedIndex;
    private boolean usedWrap = true;
    private int freeEntries;

    FakeDriver(GuestMemory memory, long ringAddress, int size) {
        this.memory = memory;
        this.ringAddress = ringAddress;
        this.size = size;
        this.entriesOfId = new int[size];
        this.freeEntries = size;
        memory.slice(ringAddress, (long) size * Descriptor.BYTES).fill((byte) 0);
        for (int id = size - 1; id >= 0; id--) {
            freeIds.add(id);
        }
    }

    long ringAddress() {
        return ringAddress;
    }

    int size() {
        return size;
    }

    int freeEntries() {
        return freeEntries;
    }

    FakeDriver readable(long address, long length) {
        return element(address, length, 0);
    }

    FakeDriver writable(long address, long length) {
        return element(address, length, Descriptor.WRITE);
    }

    /** Adds a descriptor with exactly these flags, AVAIL and USED aside. */
    FakeDriver element(long address, long length, int flags) {
        pending.add(new Descriptor(address, length, 0, flags));
        return this;
    }

    /** Makes the collected elements available as one chain and returns its id. */
    int offer() {
        for (int i = 0; i < pending.size() - 1; i++) {
            pending.set(i, with(pending.get(i), pending.get(i).flags() | Descriptor.NEXT));
        }
        return offerAsIs();
    }

    /** Writes the collected elements into a table at {@code tableAddress} and offers that. */
    int offerIndirect(long tableAddress) {
        long at = tableAddress;
        for (Descriptor element : pending) {
            write(at, element, 0xFFFF, element.flags());
            at += Descriptor.BYTES;
        }
        pending = new ArrayList<>();
        return element(tableAddress, at - tableAddress, Descriptor.INDIRECT).offerAsIs();
    }

    /** Offers the collected elements without linking them: their NEXT flags are as the test gave them. */
    int offerAsIs() {
        int id = freeIds.remove();
        offerAs(id);
        return id;
    }

    /** Offers under any id, also one that no driver may use. */
    void offerAs(int id) {
        int count = pending.size();
        if (count > freeEntries) {
            throw new IllegalStateException("%d elements for %d free entries".formatted(count, freeEntries));
        }
        long head = entryAddress(availableIndex);
        int headFlags = 0;
        for (int i = 0; i < count; i++) {
            int flags = pending.get(i).flags() | (availableWrap ? Descriptor.AVAILABLE : Descriptor.USED);
            if (i == 0) {
                headFlags = flags;
                flags = Short.toUnsignedInt(memory.getShort(head + Descriptor.FLAGS_OFFSET));
            }
            // The id counts in the last descriptor only; the others get one that would be refused.
            write(entryAddress(availableIndex), pending.get(i), i == count - 1 ? id : 0xFFFF, flags);
            availableIndex++;
            if (availableIndex == size) {
                availableIndex = 0;
                availableWrap = !availableWrap;
            }
        }
        memory.putShortRelease(head + Descriptor.FLAGS_OFFSET, (short) headFlags);
        if (id < size) {
            entriesOfId[id] = count;
        }
        freeEntries -= count;
        pending = new ArrayList<>();
    }

    /** Takes the next used buffer back, if the device has given one. */
    Optional<Used> used() {
        long at = entryAddress(usedIndex);
        int flags = Short.toUnsignedInt(memory.getShortAcquire(at + Descriptor.FLAGS_OFFSET));
        boolean available = (flags & Descriptor.AVAILABLE) != 0;
        boolean used = (flags & Descriptor.USED) != 0;
        if (available != usedWrap || used != usedWrap) {
            return Optional.empty();
        }
        int id = Short.toUnsignedInt(memory.getShort(at + Descriptor.ID_OFFSET));
        long length = Integer.toUnsignedLong(memory.getInt(at + Descriptor.LENGTH_OFFSET));
        usedIndex += entriesOfId[id];
        if (usedIndex >= size) {
            usedIndex -= size;
            usedWrap = !usedWrap;
        }
        freeEntries += entriesOfId[id];
        entriesOfId[id] = 0;
        freeIds.add(id);
        return Optional.of(new Used(id, length, (flags & Descriptor.WRITE) != 0));
    }

    private void write(long at, Descriptor descriptor, int id, int flags) {
        memory.putLong(at, descriptor.address());
        memory.putInt(at + Descriptor.LENGTH_OFFSET, (int) descriptor.length());
        memory.putShort(at + Descriptor.ID_OFFSET, (short) id);
        memory.putShort(at + Descriptor.FLAGS_OFFSET, (short) flags);
    }

    private static Descriptor with(Descriptor descriptor, int flags) {
        return new Descriptor(descriptor.address(), descriptor.length(), descriptor.id(), flags);
    }

    private long entryAddress(int index) {
        return ringAddress + (long) index * Descriptor.BYTES;
    }
}
