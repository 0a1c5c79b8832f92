package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes qcow2 images, makes them larger, and readies them for writing. */
final class Qcow2Images {
    static final int DEFAULT_CLUSTER_BITS = 16;
    private static final int REFCOUNT_ORDER = 4;

    private Qcow2Images() {}

    /**
     * What a new image is like.
     *
     * @param sizeBytes of the disk, a multiple of 512
     * @param clusterBits a cluster has {@code 1 << clusterBits} bytes
     * @param backingFile what it lies over; relative names are relative to the image
     * @param backingFormat the format of that
     * @param compression of clusters that are written compressed
     */
    record Layout(
            long sizeBytes,
            int clusterBits,
            @Nullable String backingFile,
            @Nullable Format backingFormat,
            Qcow2Compression compression) {
        static Layout of(long sizeBytes) {
            return new Layout(sizeBytes, DEFAULT_CLUSTER_BITS, null, null, Qcow2Compression.ZLIB);
        }

        Layout over(String file, Format format) {
            return new Layout(sizeBytes, clusterBits, file, format, compression);
        }

        Layout withClusterBits(int bits) {
            return new Layout(sizeBytes, bits, backingFile, backingFormat, compression);
        }

        Layout withCompression(Qcow2Compression method) {
            return new Layout(sizeBytes, clusterBits, backingFile, backingFormat, method);
        }

        private Qcow2Header header(long l1Offset) throws IOException {
            long l1Entries = Math.max(1, Qcow2Header.l1EntriesFor(sizeBytes, clusterBits));
            if (l1Entries > 4 << 20) {
                throw new IOException(
                        "%d bytes are too many for clusters of %d bytes".formatted(sizeBytes, 1 << clusterBits));
            }
            return new Qcow2Header(
                    3,
                    clusterBits,
                    sizeBytes,
                    l1Offset,
                    (int) l1Entries,
                    1L << clusterBits,
                    1,
                    REFCOUNT_ORDER,
                    compression,
                    false,
                    false,
                    false,
                    0,
                    0,
                    backingFile,
                    backingFormat == null ? null : backingFormat.text());
        }
    }

    /** Makes an image without content. Removes the file again if that fails. */
    static void create(Path path, Layout layout) throws IOException {
        boolean complete = false;
        HostFile file = HostFile.create(path);
        try (file) {
            // The header, an empty table of reference counts, and then what that says is next: its first block, and the
            // L1 table.
            int clusterBytes = 1 << layout.clusterBits;
            file.setSize(2L * clusterBytes);
            Qcow2Header empty = layout.header(0);
            write(file, 0, empty.encode());
            Refcounts refcounts = new Refcounts(file, empty);
            refcounts.claim(0, 2);
            int l1Clusters = clustersFor((long) empty.l1Entries() * Long.BYTES, layout.clusterBits);
            long l1Offset = refcounts.allocate(l1Clusters);
            file.setSize(refcounts.endBytes());
            refcounts.write();
            write(file, Qcow2Header.L1_OFFSET_AT, ByteBuffer.allocate(8).putLong(0, l1Offset));
            file.flush();
            complete = true;
        } finally {
            if (!complete) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Makes the disk of an image larger; the image must be open for writing here only. */
    static void grow(HostFile file, Qcow2Header header, long sizeBytes) throws IOException {
        Refcounts refcounts = new Refcounts(file, header);
        int bits = header.clusterBits();
        long entries = Qcow2Header.l1EntriesFor(sizeBytes, bits);
        if (entries > 4 << 20) {
            throw new IOException("%d bytes are too many for clusters of %d bytes".formatted(sizeBytes, 1 << bits));
        }
        if (entries > header.l1Entries()) {
            long[] old = Refcounts.readTable(file, header.l1Offset(), header.l1Entries());
            int clusters = clustersFor(entries * Long.BYTES, bits);
            long offset = refcounts.allocate(clusters);
            file.setSize(refcounts.endBytes());
            Refcounts.writeTable(file, offset, Arrays.copyOf(old, (int) entries));
            refcounts.write();
            file.flush();
            // Size and place of the L1 table lie beside each other.
            write(
                    file,
                    Qcow2Header.L1_ENTRIES_AT,
                    ByteBuffer.allocate(12).putInt(0, (int) entries).putLong(4, offset));
            file.flush();
            int oldClusters = clustersFor((long) header.l1Entries() * Long.BYTES, bits);
            for (int i = 0; i < oldClusters; i++) {
                refcounts.release((header.l1Offset() >> bits) + i);
            }
            refcounts.write();
        }
        write(file, Qcow2Header.SIZE_AT, ByteBuffer.allocate(8).putLong(0, sizeBytes));
        file.flush();
    }

    /** Refuses images that nobody should write to, corrects lazy reference counts, and forgets what this writer does not keep up. */
    static void prepareForWriting(HostFile file, Qcow2Header header) throws IOException {
        if (header.corrupt()) {
            throw new CorruptImageException("is marked as corrupt (bit 1 at offset " + Qcow2Header.INCOMPATIBLE_AT
                    + "); repair it with qemu-img check -r all, or open it read-only");
        }
        if (header.snapshots() > 0) {
            throw new IOException("has " + header.snapshots()
                    + " internal snapshots, which are not kept up; open it with ro, snapshot or overlay=FILE");
        }
        if (header.dirty()) {
            Refcounts refcounts = new Refcounts(file, header);
            refcounts.correct(Qcow2Check.of(file, header).expected());
            refcounts.write();
            file.flush();
            long features = header.compression() == Qcow2Compression.ZLIB ? 0 : 8;
            write(file, Qcow2Header.INCOMPATIBLE_AT, ByteBuffer.allocate(8).putLong(0, features));
        }
        if (header.autoclear() != 0) {
            write(file, Qcow2Header.AUTOCLEAR_AT, ByteBuffer.allocate(8));
        }
    }

    private static int clustersFor(long bytes, int clusterBits) {
        return (int) ((bytes + (1L << clusterBits) - 1) >> clusterBits);
    }

    private static void write(HostFile file, long offset, ByteBuffer bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(bytes.limit());
            segment.copyFrom(MemorySegment.ofBuffer(bytes));
            file.write(offset, List.of(segment));
        }
    }
}
