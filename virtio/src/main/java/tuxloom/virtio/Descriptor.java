package tuxloom.virtio;

import tuxloom.machine.GuestMemory;

/**
 * A copy of one packed descriptor (virtio 1.2, section 2.8.13), taken with one read of each field.
 *
 * <pre>
 * offset 0  le64 address   guest-physical
 * offset 8  le32 length    bytes
 * offset 12 le16 id        of the buffer; counts in the last descriptor of a chain
 * offset 14 le16 flags
 * </pre>
 *
 * @param address as the guest wrote it, 64 bits, unchecked
 * @param length bytes, 0 to 2^32 - 1, unchecked
 * @param id 0 to 65535, unchecked
 * @param flags the 16 flag bits
 */
record Descriptor(long address, long length, int id, int flags) {
    static final int BYTES = 16;
    static final int LENGTH_OFFSET = 8;
    static final int ID_OFFSET = 12;
    static final int FLAGS_OFFSET = 14;

    static final int NEXT = 0x0001;
    static final int WRITE = 0x0002;
    static final int INDIRECT = 0x0004;
    static final int AVAILABLE = 0x0080;
    static final int USED = 0x8000;

    /** Reads the descriptor at {@code at}, whose flags the caller has read already. Plain reads: a head's flags were read with acquire order. */
    static Descriptor read(GuestMemory memory, long at, int flags) {
        return new Descriptor(
                memory.getLong(at),
                Integer.toUnsignedLong(memory.getInt(at + LENGTH_OFFSET)),
                Short.toUnsignedInt(memory.getShort(at + ID_OFFSET)),
                flags);
    }

    /** Reads the flags of a descriptor that is no chain's head: plain, because the head's flags were read with acquire order before. */
    static int readFlags(GuestMemory memory, long at) {
        return Short.toUnsignedInt(memory.getShort(at + FLAGS_OFFSET));
    }

    boolean hasNext() {
        return (flags & NEXT) != 0;
    }

    boolean isWritable() {
        return (flags & WRITE) != 0;
    }

    boolean isIndirect() {
        return (flags & INDIRECT) != 0;
    }
}
