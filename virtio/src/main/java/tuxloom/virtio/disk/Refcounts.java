package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which clusters of a qcow2 file are in use: a table of blocks of reference counts. New clusters come from those freed since the image
 * was opened, and from the end of the file. One thread at a time.
 *
 * <p>What changes here is in memory until {@link #write}.
 */
final class Refcounts {
    private static final ValueLayout.OfLong BIG_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BIG_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort BIG_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long BLOCK_OFFSET_MASK = ~0x1FFL;

    private final HostFile file;
    private final int clusterBits;
    private final int order;
    private final int countsInBlock;
    private final TableCache blocks;
    private final NavigableSet<Long> reusable = new TreeSet<>();

    private long[] table;
    private long tableOffset;
    private boolean tableDirty;
    private boolean tableMoved;
    private List<Long> oldTable = new ArrayList<>();
    private long endCluster;

    Refcounts(HostFile file, Qcow2Header header) throws IOException {
        this.file = file;
        this.clusterBits = header.clusterBits();
        this.order = header.refcountOrder();
        this.countsInBlock = (int) ((8L << clusterBits) >> order);
        this.blocks = new TableCache(file, header.clusterBytes());
        this.tableOffset = header.refcountTableOffset();
        this.table = readTable(file, tableOffset, header.refcountTableClusters() << (clusterBits - 3));
        this.endCluster = (file.size() + header.clusterBytes() - 1) >> clusterBits;
    }

    /** Reads a table of big-endian numbers. */
    static long[] readTable(HostFile file, long offset, int entries) throws IOException {
        long[] table = new long[entries];
        if (entries > 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocate((long) entries * Long.BYTES, Long.BYTES);
                file.read(offset, List.of(bytes));
                for (int i = 0; i < entries; i++) {
                    table[i] = bytes.get(BIG_LONG, (long) i * Long.BYTES);
                }
            }
        }
        return table;
    }

    static void writeTable(HostFile file, long offset, long[] table) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate((long) table.length * Long.BYTES, Long.BYTES);
            for (int i = 0; i < table.length; i++) {
                bytes.set(BIG_LONG, (long) i * Long.BYTES, table[i]);
            }
            file.write(offset, List.of(bytes));
        }
    }

    /** The clusters that hold this table and its blocks. */
    List<Long> ownClusters() {
        List<Long> own = new ArrayList<>();
        for (long at = 0; at < (long) table.length * Long.BYTES; at += 1L << clusterBits) {
            own.add((tableOffset + at) >> clusterBits);
        }
        for (long entry : table) {
            if ((entry & BLOCK_OFFSET_MASK) != 0) {
                own.add((entry & BLOCK_OFFSET_MASK) >> clusterBits);
            }
        }
        return own;
    }

    /** Returns how often a cluster is referred to. */
    long get(long cluster) throws IOException {
        long block = cluster / countsInBlock;
        if (block >= table.length || table[(int) block] == 0) {
            return 0;
        }
        return count(blockAt((int) block).bytes(), (int) (cluster % countsInBlock));
    }

    /** Clusters that the table could tell something about. */
    long coveredClusters() {
        return (long) table.length * countsInBlock;
    }

    /** Returns how many clusters, up to {@code most}, there are in a row without making the file longer; {@code most} if there are none. */
    int inARow(int most) {
        if (reusable.isEmpty()) {
            return most;
        }
        int count = 1;
        while (count < most && reusable.contains(reusable.first() + count)) {
            count++;
        }
        return count;
    }

    /** Takes {@code count} clusters in a row; returns the first one's offset in the file. */
    long allocate(int count) throws IOException {
        long first = endCluster;
        if (!reusable.isEmpty() && inARow(count) == count) {
            first = reusable.first();
            for (int i = 0; i < count; i++) {
                reusable.remove(first + i);
            }
        } else {
            endCluster += count;
        }
        for (long cluster = first; cluster < first + count; cluster++) {
            set(cluster, 1);
        }
        return first << clusterBits;
    }

    /** One reference more to a cluster that has some. */
    void refer(long cluster) throws IOException {
        set(cluster, get(cluster) + 1);
    }

    /** One reference less; a cluster without any is given back to the host and used again. */
    void release(long cluster) throws IOException {
        long count = get(cluster);
        if (count == 0) {
            throw new CorruptImageException(
                    "the cluster at 0x" + Long.toHexString(cluster << clusterBits) + " has no reference count");
        }
        set(cluster, count - 1);
        if (count == 1) {
            file.punchHole(cluster << clusterBits, 1L << clusterBits);
            reusable.add(cluster);
        }
    }

    /** Makes every cluster's count what it should be. */
    void correct(int[] expected) throws IOException {
        for (int cluster = 0; cluster < expected.length; cluster++) {
            if (get(cluster) != expected[cluster]) {
                set(cluster, expected[cluster]);
            }
        }
    }

    /** Counts clusters that lie where the format's first ones do, in a new image. */
    void claim(long first, long count) throws IOException {
        endCluster = Math.max(endCluster, first + count);
        for (long cluster = first; cluster < first + count; cluster++) {
            set(cluster, 1);
        }
    }

    /** Returns the size that the file needs for all clusters that were taken. */
    long endBytes() {
        return endCluster << clusterBits;
    }

    boolean isDirty() {
        return tableDirty || blocks.isDirty();
    }

    boolean isCrowded() {
        return blocks.isCrowded();
    }

    /** Writes what changed: a block is durable before the table refers to it, and a new table before the header does. */
    void write() throws IOException {
        blocks.writeDirty();
        if (!tableDirty) {
            return;
        }
        file.flush();
        writeTable(file, tableOffset, table);
        if (tableMoved) {
            file.flush();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment fields = arena.allocate(12, Long.BYTES);
                fields.set(BIG_LONG, 0, tableOffset);
                fields.set(BIG_INT, 8, (int) (((long) table.length * Long.BYTES) >> clusterBits));
                file.write(Qcow2Header.REFCOUNT_TABLE_AT, List.of(fields));
            }
            file.flush();
            List<Long> free = oldTable;
            oldTable = new ArrayList<>();
            tableMoved = false;
            for (long cluster : free) {
                release(cluster);
            }
            blocks.writeDirty();
        }
        tableDirty = false;
    }

    private void set(long cluster, long count) throws IOException {
        long block = cluster / countsInBlock;
        if (block >= table.length) {
            growTable(block);
        }
        if (table[(int) block] == 0) {
            long offset = endCluster++ << clusterBits;
            table[(int) block] = offset;
            tableDirty = true;
            blocks.add(offset);
            set(offset >> clusterBits, 1);
        }
        TableCache.Table counts = blockAt((int) block);
        setCount(counts.bytes(), (int) (cluster % countsInBlock), count);
        counts.markDirty();
    }

    /** Puts a larger table at the file's end. It must also cover itself and the blocks that this takes. */
    private void growTable(long wantedBlock) throws IOException {
        int inCluster = 1 << (clusterBits - 3);
        long entries = (wantedBlock + 1) * 3 / 2 + 2L * inCluster;
        int clusters = (int) ((entries + inCluster - 1) / inCluster);
        for (long at = 0; at < (long) table.length * Long.BYTES; at += 1L << clusterBits) {
            oldTable.add((tableOffset + at) >> clusterBits);
        }
        long first = endCluster;
        endCluster += clusters;
        table = Arrays.copyOf(table, clusters * inCluster);
        tableOffset = first << clusterBits;
        tableDirty = true;
        tableMoved = true;
        for (long cluster = first; cluster < first + clusters; cluster++) {
            set(cluster, 1);
        }
    }

    private TableCache.Table blockAt(int index) throws IOException {
        long offset = table[index];
        if ((offset & ((1L << clusterBits) - 1)) != 0 || offset <= 0 || offset >> clusterBits >= endCluster) {
            throw new CorruptImageException("entry %d of the reference count table at 0x%s refers to 0x%s"
                    .formatted(index, Long.toHexString(tableOffset), Long.toHexString(offset)));
        }
        return blocks.get(offset);
    }

    private long count(MemorySegment block, int index) {
        return switch (order) {
            case 6 -> block.get(BIG_LONG, index * 8L);
            case 5 -> Integer.toUnsignedLong(block.get(BIG_INT, index * 4L));
            case 4 -> Short.toUnsignedLong(block.get(BIG_SHORT, index * 2L));
            case 3 -> Byte.toUnsignedLong(block.get(ValueLayout.JAVA_BYTE, index));
            default -> {
                int bit = index << order;
                int mask = (1 << (1 << order)) - 1;
                yield (block.get(ValueLayout.JAVA_BYTE, bit >> 3) >> (bit & 7)) & mask;
            }
        };
    }

    private void setCount(MemorySegment block, int index, long value) {
        switch (order) {
            case 6 -> block.set(BIG_LONG, index * 8L, value);
            case 5 -> block.set(BIG_INT, index * 4L, (int) value);
            case 4 -> block.set(BIG_SHORT, index * 2L, (short) value);
            case 3 -> block.set(ValueLayout.JAVA_BYTE, index, (byte) value);
            default -> {
                int bit = index << order;
                int mask = ((1 << (1 << order)) - 1) << (bit & 7);
                byte old = block.get(ValueLayout.JAVA_BYTE, bit >> 3);
                block.set(
                        ValueLayout.JAVA_BYTE, bit >> 3, (byte) ((old & ~mask) | (((int) value << (bit & 7)) & mask)));
            }
        }
    }
}
