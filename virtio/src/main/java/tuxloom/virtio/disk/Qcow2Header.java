package tuxloom.virtio.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of a qcow2 image (QEMU's docs/interop/qcow2: "Header"), version 2 or 3, checked. All fields are big-endian.
 *
 * @param version 2 or 3
 * @param clusterBits a cluster has {@code 1 << clusterBits} bytes, 9 to 21
 * @param sizeBytes of the disk
 * @param l1Entries in the table at {@code l1Offset}
 * @param refcountOrder a reference count has {@code 1 << refcountOrder} bits
 * @param compression how compressed clusters are
 * @param dirty whether the reference counts may be wrong (lazy reference counts, and nobody closed the image)
 * @param corrupt whether somebody found the image corrupt
 * @param lazy whether reference counts may be lazy
 * @param snapshots how many internal snapshots there are
 * @param autoclear features that a writer which does not know them must forget
 * @param backingFile the image that unallocated clusters come from, as written there
 * @param backingFormat its format, if the image says
 */
record Qcow2Header(
        int version,
        int clusterBits,
        long sizeBytes,
        long l1Offset,
        int l1Entries,
        long refcountTableOffset,
        int refcountTableClusters,
        int refcountOrder,
        Qcow2Compression compression,
        boolean dirty,
        boolean corrupt,
        boolean lazy,
        int snapshots,
        long autoclear,
        @Nullable String backingFile,
        @Nullable String backingFormat) {
    static final int MAGIC = 0x514649FB;
    static final int BYTES = 112;

    static final int SIZE_AT = 24;
    static final int L1_ENTRIES_AT = 36;
    static final int L1_OFFSET_AT = 40;
    static final int REFCOUNT_TABLE_AT = 48;
    static final int INCOMPATIBLE_AT = 72;
    static final int AUTOCLEAR_AT = 88;

    static final long DIRTY = 1;
    private static final long CORRUPT = 2;
    private static final long COMPRESSION = 8;
    private static final long LAZY = 1;

    private static final int MIN_CLUSTER_BITS = 9;
    private static final int MAX_CLUSTER_BITS = 21;
    private static final int END_EXTENSION = 0;
    private static final int BACKING_FORMAT_EXTENSION = 0xE2792ACA;
    /** As large as QEMU allows: 32 MiB of table, 8 MiB of reference count table. */
    private static final int MAX_L1_ENTRIES = 4 << 20;

    private static final int MAX_REFCOUNT_TABLE_BYTES = 8 << 20;
    private static final int MAX_BACKING_NAME = 1023;

    int clusterBytes() {
        return 1 << clusterBits;
    }

    /** Clusters that one L2 table describes. */
    int l2Entries() {
        return clusterBytes() / Long.BYTES;
    }

    long clusters() {
        return (sizeBytes + clusterBytes() - 1) >> clusterBits;
    }

    /** Returns the L1 entries that a disk of this size needs. */
    static long l1EntriesFor(long sizeBytes, int clusterBits) {
        int bits = 2 * clusterBits - 3;
        return (sizeBytes >>> bits) + ((sizeBytes & ((1L << bits) - 1)) == 0 ? 0 : 1);
    }

    /**
     * Reads a header.
     *
     * @param start the file's first 64 KiB, or as much as there is
     * @throws CorruptImageException if a field is wrong
     * @throws IOException if the image needs what is not supported
     */
    static Qcow2Header parse(ByteBuffer start, long fileBytes) throws IOException {
        if (start.limit() < 72 || start.getInt(0) != MAGIC) {
            throw new CorruptImageException("no qcow2 header at offset 0");
        }
        int version = start.getInt(4);
        if (version != 2 && version != 3) {
            throw new IOException("qcow2 of version " + version + ", not 2 or 3");
        }
        int length = length(start, version);
        long incompatible = version == 2 ? 0 : start.getLong(INCOMPATIBLE_AT);
        long unknown = incompatible & ~(DIRTY | CORRUPT | COMPRESSION);
        if (unknown != 0) {
            throw new IOException("needs features that are not supported: bits 0x" + Long.toHexString(unknown)
                    + " of the incompatible features at offset " + INCOMPATIBLE_AT);
        }
        if (start.getInt(32) != 0) {
            throw new IOException("is encrypted (method " + start.getInt(32) + " at offset 32)");
        }
        int clusterBits = field(start, 20, start.getInt(20), MIN_CLUSTER_BITS, MAX_CLUSTER_BITS);
        int compression = (incompatible & COMPRESSION) != 0 && length > 104 ? start.get(104) : 0;
        Qcow2Header header = new Qcow2Header(
                version,
                clusterBits,
                start.getLong(SIZE_AT),
                start.getLong(L1_OFFSET_AT),
                field(start, L1_ENTRIES_AT, start.getInt(L1_ENTRIES_AT), 0, MAX_L1_ENTRIES),
                start.getLong(REFCOUNT_TABLE_AT),
                field(start, 56, start.getInt(56), 1, MAX_REFCOUNT_TABLE_BYTES >> clusterBits),
                version == 2 ? 4 : field(start, 96, start.getInt(96), 0, 6),
                Qcow2Compression.of(compression),
                (incompatible & DIRTY) != 0,
                (incompatible & CORRUPT) != 0,
                version == 3 && (start.getLong(80) & LAZY) != 0,
                field(start, 60, start.getInt(60), 0, 65536),
                version == 2 ? 0 : start.getLong(AUTOCLEAR_AT),
                backingFile(start),
                backingFormat(start, length));
        header.check(fileBytes);
        return header;
    }

    /** Returns how many bytes the header has; that many are there. */
    private static int length(ByteBuffer start, int version) throws IOException {
        int length = version == 2 ? 72 : 104;
        if (version == 3 && start.limit() >= length) {
            length = field(start, 100, start.getInt(100), length, 65536);
        }
        if (start.limit() < length) {
            throw new CorruptImageException("the file ends inside its header, at offset " + start.limit());
        }
        return length;
    }

    private void check(long fileBytes) throws IOException {
        if (sizeBytes < 0 || sizeBytes % Disk.SECTOR_BYTES != 0 || l1EntriesFor(sizeBytes, clusterBits) > l1Entries) {
            throw new CorruptImageException("a disk of %d bytes (offset %d) with %d entries in its L1 table (offset %d)"
                    .formatted(sizeBytes, SIZE_AT, l1Entries, L1_ENTRIES_AT));
        }
        checkTable("L1 table", L1_OFFSET_AT, l1Offset, (long) l1Entries * Long.BYTES, fileBytes);
        long refcountBytes = (long) refcountTableClusters << clusterBits;
        checkTable("reference count table", REFCOUNT_TABLE_AT, refcountTableOffset, refcountBytes, fileBytes);
    }

    private void checkTable(String what, int at, long offset, long bytes, long fileBytes) throws IOException {
        if (bytes > 0 && (offset <= 0 || (offset & (clusterBytes() - 1)) != 0 || offset > fileBytes - bytes)) {
            throw new CorruptImageException("the %s (offset %d) is said to lie at 0x%s, in a file of 0x%s bytes"
                    .formatted(what, at, Long.toHexString(offset), Long.toHexString(fileBytes)));
        }
    }

    private static int field(ByteBuffer start, int at, int value, int least, int most) throws IOException {
        if (value < least || value > most) {
            throw new CorruptImageException("the header has %d at offset %d, not %d to %d (the file's first %d bytes)"
                    .formatted(value, at, least, most, start.limit()));
        }
        return value;
    }

    private static @Nullable String backingFile(ByteBuffer start) throws IOException {
        long offset = start.getLong(8);
        int length = start.getInt(16);
        if (offset == 0 || length == 0) {
            return null;
        }
        if (length < 0 || length > MAX_BACKING_NAME || offset < 0 || offset > start.limit() - length) {
            throw new CorruptImageException(
                    "the backing file's name has %d bytes at 0x%s".formatted(length, Long.toHexString(offset)));
        }
        String name = text(start, (int) offset, length);
        try {
            Path _ = Path.of(name);
        } catch (InvalidPathException e) {
            throw new CorruptImageException("the backing file's name at 0x%s cannot be one (%s at character %d)"
                    .formatted(Long.toHexString(offset), e.getReason(), e.getIndex()));
        }
        return name;
    }

    private static @Nullable String backingFormat(ByteBuffer start, int headerLength) throws IOException {
        int at = headerLength;
        while (at + 8 <= start.limit()) {
            int type = start.getInt(at);
            int length = start.getInt(at + 4);
            if (type == END_EXTENSION) {
                return null;
            }
            if (length < 0 || length > start.limit() - at - 8) {
                throw new CorruptImageException("the header extension at offset %d has %d bytes".formatted(at, length));
            }
            if (type == BACKING_FORMAT_EXTENSION) {
                return text(start, at + 8, length);
            }
            at += 8 + (length + 7) / 8 * 8;
        }
        return null;
    }

    private static String text(ByteBuffer from, int at, int length) {
        byte[] bytes = new byte[length];
        from.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Writes a header of version 3 with its extensions and the backing file's name, one cluster. */
    ByteBuffer encode() throws IOException {
        byte[] name = backingFile == null ? new byte[0] : backingFile.getBytes(StandardCharsets.UTF_8);
        byte[] format = backingFormat == null ? new byte[0] : backingFormat.getBytes(StandardCharsets.UTF_8);
        int formatBytes = format.length == 0 ? 0 : 8 + (format.length + 7) / 8 * 8;
        int nameAt = BYTES + formatBytes + 8;
        if (name.length > MAX_BACKING_NAME || nameAt + name.length > clusterBytes()) {
            throw new IOException("the backing file's name is too long: " + name.length + " bytes");
        }
        ByteBuffer cluster = ByteBuffer.allocate(clusterBytes());
        cluster.putInt(MAGIC).putInt(3).putLong(name.length == 0 ? 0 : nameAt).putInt(name.length);
        cluster.putInt(clusterBits).putLong(sizeBytes).putInt(0);
        cluster.putInt(l1Entries).putLong(l1Offset);
        cluster.putLong(refcountTableOffset).putInt(refcountTableClusters);
        cluster.putInt(0).putLong(0);
        cluster.putLong(compression == Qcow2Compression.ZLIB ? 0 : COMPRESSION);
        cluster.putLong(lazy ? LAZY : 0).putLong(0).putInt(refcountOrder).putInt(BYTES);
        cluster.put((byte) (compression == Qcow2Compression.ZLIB ? 0 : 1));
        cluster.position(BYTES);
        if (format.length > 0) {
            cluster.putInt(BACKING_FORMAT_EXTENSION).putInt(format.length).put(Arrays.copyOf(format, formatBytes - 8));
        }
        cluster.putInt(END_EXTENSION).putInt(0);
        return cluster.put(nameAt, name).rewind();
    }
}
