package tuxloom.virtio.disk;

/** An L2 entry of a qcow2 image: where a cluster's content is (QEMU's docs/interop/qcow2: "Cluster mapping"). Helpers over plain longs. */
final class Qcow2Entry {
    static final long COPIED = 1L << 63;
    static final long COMPRESSED = 1L << 62;
    static final long ZERO = 1;
    static final long OFFSET_MASK = 0x00FF_FFFF_FFFF_FE00L;
    /** Must be 0 in L1 entries and in L2 entries of plain clusters, but for the flag ZERO. */
    static final long RESERVED_MASK = 0x3F00_0000_0000_01FEL;

    /** What a guest finds in a cluster. */
    enum Kind {
        /** What the backing file holds, or zeroes without one. */
        BACKING,
        ZEROES,
        DATA,
        COMPRESSED
    }

    private Qcow2Entry() {}

    static Kind kind(long entry) {
        if ((entry & COMPRESSED) != 0) {
            return Kind.COMPRESSED;
        }
        if ((entry & ZERO) != 0) {
            return Kind.ZEROES;
        }
        return (entry & OFFSET_MASK) == 0 ? Kind.BACKING : Kind.DATA;
    }

    /** Whether the guest's writes may go straight to the cluster: nobody else refers to it. */
    static boolean isWritable(long entry) {
        return kind(entry) == Kind.DATA && (entry & COPIED) != 0;
    }

    static long offset(long entry) {
        return entry & OFFSET_MASK;
    }

    /** Where compressed bytes start; at any byte. */
    static long compressedOffset(long entry, int clusterBits) {
        return entry & ((1L << (62 - (clusterBits - 8))) - 1);
    }

    /** The entry for {@code length} compressed bytes at {@code offset}. */
    static long compressed(long offset, int length, int clusterBits) {
        long moreSectors = (offset + length - 1) / Disk.SECTOR_BYTES - offset / Disk.SECTOR_BYTES;
        return COMPRESSED | (moreSectors << (62 - (clusterBits - 8))) | offset;
    }

    /** How many bytes there are at most: up to the end of the last sector. */
    static int compressedBytes(long entry, int clusterBits) {
        int shift = 62 - (clusterBits - 8);
        long sectors = ((entry & ~COPIED & ~COMPRESSED) >> shift) + 1;
        return (int) (sectors * Disk.SECTOR_BYTES - (compressedOffset(entry, clusterBits) & (Disk.SECTOR_BYTES - 1)));
    }
}
