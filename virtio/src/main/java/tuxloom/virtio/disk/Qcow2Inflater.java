package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.zip.DataFormatException;

/** Unpacks the compressed clusters of a qcow2 image, and keeps the last one: small reads in a row need it again. Any thread. */
final class Qcow2Inflater {
    private final HostFile file;
    private final Qcow2Header header;
    private volatile Inflated last = new Inflated(-1, MemorySegment.NULL);

    private record Inflated(long entry, MemorySegment bytes) {}

    Qcow2Inflater(HostFile file, Qcow2Header header) {
        this.file = file;
        this.header = header;
    }

    /** Returns the content of a cluster. */
    MemorySegment inflate(long entry) throws IOException {
        Inflated kept = last;
        if (kept.entry == entry) {
            return kept.bytes;
        }
        long offset = Qcow2Entry.compressedOffset(entry, header.clusterBits());
        byte[] compressed = new byte[Qcow2Entry.compressedBytes(entry, header.clusterBits())];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(compressed.length);
            file.readOrZeroes(offset, List.of(bytes));
            MemorySegment.ofArray(compressed).copyFrom(bytes);
        }
        byte[] cluster = new byte[header.clusterBytes()];
        try {
            int length = header.compression().inflate(compressed, cluster);
            if (length != cluster.length) {
                throw new DataFormatException("it has " + length + " bytes, not " + cluster.length);
            }
        } catch (DataFormatException e) {
            throw new CorruptImageException(
                    "the compressed cluster at 0x" + Long.toHexString(offset) + " is damaged: " + e.getMessage());
        }
        Inflated inflated = new Inflated(entry, MemorySegment.ofArray(cluster));
        last = inflated;
        return inflated.bytes;
    }

    /** The clusters of the file may hold something else from now on. */
    void forget() {
        last = new Inflated(-1, MemorySegment.NULL);
    }
}
