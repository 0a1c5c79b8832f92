package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Puts compressed clusters into a qcow2 image, byte behind byte: several of them share a cluster of the file, which counts a reference for
 * each (QEMU's docs/interop/qcow2: "Compressed Clusters Descriptor"). One thread at a time.
 */
final class Qcow2Packer {
    private final HostFile file;
    private final int clusterBits;
    private final Refcounts refcounts;
    /** Where the next bytes go; at a cluster's start when nothing of it is taken. */
    private long next;

    Qcow2Packer(HostFile file, Qcow2Header header, Refcounts refcounts) {
        this.file = file;
        this.clusterBits = header.clusterBits();
        this.refcounts = refcounts;
    }

    /**
     * Writes the bytes of one cluster.
     *
     * @param length bytes, fewer than a cluster has
     * @return the L2 entry that refers to them
     */
    long add(byte[] compressed, int length) throws IOException {
        long clusterBytes = 1L << clusterBits;
        long left = -next & (clusterBytes - 1);
        if (left == 0) {
            next = refcounts.allocate(1);
        } else if (left >= length) {
            refcounts.refer(next >> clusterBits);
        } else {
            long more = refcounts.allocate(1);
            if (more == next + left) {
                refcounts.refer(next >> clusterBits);
            } else {
                next = more;
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(length);
            MemorySegment.copy(MemorySegment.ofArray(compressed), 0, bytes, 0, length);
            file.write(next, List.of(bytes));
        }
        long entry = Qcow2Entry.compressed(next, length, clusterBits);
        next += length;
        return entry;
    }
}
