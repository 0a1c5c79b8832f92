package tuxloom.virtio;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import tuxloom.machine.GuestFaultException;
import tuxloom.machine.GuestMemory;

/**
 * Collects the descriptors of one chain and turns them into checked ranges of guest memory. One use, one thread.
 *
 * <p>Refuses what virtio 1.2, sections 2.8.5 to 2.8.7 and 2.8.19 forbid a driver to write, and empty buffers, which no
 * driver has a use for.
 */
final class ChainParser {
    /** Ranges in a chain; Linux sends at most the 254 that we announce to its block driver, and two more. */
    static final int MAX_SEGMENTS = 1024;
    /** A used length has 32 bits, and section 2.7.5 forbids chains of more bytes than that. */
    static final long MAX_BYTES = 0xFFFF_FFFFL;

    private final GuestMemory memory;
    private final List<MemorySegment> readable = new ArrayList<>();
    private final List<MemorySegment> writable = new ArrayList<>();
    private long totalBytes;

    ChainParser(GuestMemory memory) {
        this.memory = memory;
    }

    /** Adds a ring descriptor that holds a buffer itself. */
    void addDirect(Descriptor descriptor) {
        add(descriptor, "descriptor");
    }

    /**
     * Adds every entry of the table that a ring descriptor refers to (section 2.8.7). Its WRITE flag means nothing. Plain reads: the driver
     * wrote the table before it released the head's flags, which were read with acquire order.
     */
    void addIndirect(Descriptor table) {
        long entries = table.length() / Descriptor.BYTES;
        if (table.length() % Descriptor.BYTES != 0 || entries == 0 || entries > MAX_SEGMENTS) {
            throw new DriverFaultException("indirect table at 0x%s has %d bytes, not 1 to %d entries of %d bytes"
                    .formatted(Long.toHexString(table.address()), table.length(), MAX_SEGMENTS, Descriptor.BYTES));
        }
        checked(table, "indirect table");
        for (long at = table.address(); entries > 0; entries--, at += Descriptor.BYTES) {
            Descriptor entry = Descriptor.read(memory, at, Descriptor.readFlags(memory, at));
            if (entry.isIndirect()) {
                throw new DriverFaultException(
                        "indirect descriptor at 0x%s inside an indirect table".formatted(Long.toHexString(at)));
            }
            add(entry, "indirect descriptor");
        }
    }

    GuestBuffers readable() {
        return GuestBuffers.of(readable);
    }

    GuestBuffers writable() {
        return GuestBuffers.of(writable);
    }

    private void add(Descriptor descriptor, String what) {
        if (descriptor.length() == 0) {
            throw new DriverFaultException(
                    "%s for 0x%s has no bytes".formatted(what, Long.toHexString(descriptor.address())));
        }
        if (readable.size() + writable.size() == MAX_SEGMENTS) {
            throw new DriverFaultException("chain of more than %d buffers".formatted(MAX_SEGMENTS));
        }
        totalBytes += descriptor.length();
        if (totalBytes > MAX_BYTES) {
            throw new DriverFaultException("chain of %d bytes, more than %d".formatted(totalBytes, MAX_BYTES));
        }
        MemorySegment segment = checked(descriptor, what);
        if (descriptor.isWritable()) {
            writable.add(segment);
        } else if (writable.isEmpty()) {
            readable.add(segment);
        } else {
            throw new DriverFaultException("readable %s for 0x%s after a writable one"
                    .formatted(what, Long.toHexString(descriptor.address())));
        }
    }

    private MemorySegment checked(Descriptor descriptor, String what) {
        try {
            return memory.slice(descriptor.address(), descriptor.length());
        } catch (GuestFaultException fault) {
            throw new DriverFaultException(what + ": " + fault.getMessage());
        }
    }
}
