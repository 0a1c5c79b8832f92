package tuxloom.virtio;

import java.util.Optional;
import tuxloom.machine.GuestFaultException;
import tuxloom.machine.GuestMemory;

/**
 * The device's side of one packed virtqueue (virtio 1.2, section 2.8), without event suppression areas: this transport
 * never passes them, so the driver always notifies and wants an interrupt after every batch.
 *
 * <p>Owned by the queue's worker; not safe for use by two threads at once. The ring is one array of 16-byte
 * {@linkplain Descriptor descriptors} that driver and device both walk round; a wrap counter on each walk, 1 at the
 * start and flipped at each wrap, tells new entries from old ones.
 *
 * <p>Memory ordering: the flags of an entry are the only word that says whose the entry is, so they are the only ordered access. The
 * driver writes a chain's head flags last and with release order, and reads a used entry's flags with acquire order (section 2.8.21 and
 * 2.8.22, "memory barrier"); the device does the reverse: acquire in {@link #headFlags}, release in {@link #push}. Everything between
 * (further descriptors, tables, data) is read and written with plain accesses, which those two keep in place. {@code tests/stress} holds it
 * against a driver on another thread.
 */
final class VirtQueue {
    /** Section 2.8.10.1: the largest packed ring. Unlike a split ring it need not be a power of two. */
    static final int MAX_SIZE = 32_768;

    private final GuestMemory memory;
    private final long ringAddress;
    private final int size;

    private int availableIndex;
    private boolean availableWrap = true;
    private int usedIndex;
    private boolean usedWrap = true;
    /** Ring entries of chains that were popped and not pushed yet. */
    private int entriesInFlight;

    /**
     * Creates the queue over a ring that the driver has zeroed.
     *
     * @param size ring entries, 1 to 32,768
     * @param ringAddress guest-physical, a multiple of 16
     * @throws DriverFaultException if the size or the address is none that a driver may choose
     */
    VirtQueue(GuestMemory memory, int size, long ringAddress) {
        if (size < 1 || size > MAX_SIZE) {
            throw new DriverFaultException("ring of %d entries, not 1 to %d".formatted(size, MAX_SIZE));
        }
        if (ringAddress % Descriptor.BYTES != 0) {
            throw new DriverFaultException(
                    "ring at 0x%s, not a multiple of %d".formatted(Long.toHexString(ringAddress), Descriptor.BYTES));
        }
        try {
            memory.slice(ringAddress, (long) size * Descriptor.BYTES);
        } catch (GuestFaultException fault) {
            throw new DriverFaultException("ring of %d entries: %s".formatted(size, fault.getMessage()));
        }
        this.memory = memory;
        this.size = size;
        this.ringAddress = ringAddress;
    }

    /** Whether the driver has made a buffer available that was not popped yet. */
    boolean hasAvailable() {
        return isAvailable(headFlags());
    }

    /**
     * Takes the next available buffer.
     *
     * @return the buffer, or nothing if the driver has made none available
     * @throws DriverFaultException if the descriptors break the rules; the queue is of no use afterwards
     */
    Optional<DescriptorChain> pop() {
        int flags = headFlags();
        if (!isAvailable(flags)) {
            return Optional.empty();
        }
        ChainParser parser = new ChainParser(memory);
        int index = availableIndex;
        boolean wrap = availableWrap;
        int count = 0;
        Descriptor descriptor;
        do {
            if (count == size - entriesInFlight) {
                throw new DriverFaultException("chain from ring entry %d is longer than the %d free entries of %d"
                        .formatted(availableIndex, size - entriesInFlight, size));
            }
            long at = entryAddress(index);
            // The head's flags were read with acquire order and must not be read again: the guest might change them.
            // Plain reads for
            // the rest: the driver wrote it before it released the head's flags.
            descriptor = Descriptor.read(memory, at, count == 0 ? flags : Descriptor.readFlags(memory, at));
            addTo(parser, descriptor, count, index);
            count++;
            index++;
            if (index == size) {
                index = 0;
                wrap = !wrap;
            }
        } while (descriptor.hasNext());
        // Linux numbers buffers like ring entries; another number could only be a corrupt ring.
        if (descriptor.id() >= size) {
            throw new DriverFaultException("buffer id %d in a ring of %d entries".formatted(descriptor.id(), size));
        }
        availableIndex = index;
        availableWrap = wrap;
        entriesInFlight += count;
        return Optional.of(new DescriptorChain(descriptor.id(), count, parser.readable(), parser.writable()));
    }

    /**
     * Gives a buffer back. The driver may use it again at once.
     *
     * @param chain popped from this queue and not pushed yet
     * @param writtenBytes how many bytes the device wrote, from the start of the writable ranges
     */
    void push(DescriptorChain chain, long writtenBytes) {
        if (writtenBytes < 0 || writtenBytes > chain.writable().byteSize()) {
            throw new IllegalStateException("%d bytes written into a buffer of %d"
                    .formatted(writtenBytes, chain.writable().byteSize()));
        }
        long at = entryAddress(usedIndex);
        // Plain: nobody looks at them before the flags say so. The handler's data was stored before, by this thread.
        memory.putShort(at + Descriptor.ID_OFFSET, (short) chain.id());
        memory.putInt(at + Descriptor.LENGTH_OFFSET, (int) writtenBytes);
        int flags = usedWrap ? Descriptor.AVAILABLE | Descriptor.USED : 0;
        if (writtenBytes > 0) {
            flags |= Descriptor.WRITE;
        }
        // Release: the driver that sees the flags also sees the id, the length and the data (section 2.8.22).
        memory.putShortRelease(at + Descriptor.FLAGS_OFFSET, (short) flags);
        usedIndex += chain.descriptorCount();
        if (usedIndex >= size) {
            usedIndex -= size;
            usedWrap = !usedWrap;
        }
        entriesInFlight -= chain.descriptorCount();
    }

    private static void addTo(ChainParser parser, Descriptor descriptor, int position, int index) {
        if (!descriptor.isIndirect()) {
            parser.addDirect(descriptor);
            return;
        }
        if (position > 0 || descriptor.hasNext()) {
            throw new DriverFaultException("indirect ring entry %d is part of a longer chain".formatted(index));
        }
        parser.addIndirect(descriptor);
    }

    /** Acquire: whoever sees the flags of a head also sees its chain and its data (section 2.8.21). */
    private int headFlags() {
        return Short.toUnsignedInt(memory.getShortAcquire(entryAddress(availableIndex) + Descriptor.FLAGS_OFFSET));
    }

    private boolean isAvailable(int flags) {
        boolean available = (flags & Descriptor.AVAILABLE) != 0;
        boolean used = (flags & Descriptor.USED) != 0;
        return entriesInFlight < size && available == availableWrap && used != availableWrap;
    }

    private long entryAddress(int index) {
        return ringAddress + (long) index * Descriptor.BYTES;
    }
}
