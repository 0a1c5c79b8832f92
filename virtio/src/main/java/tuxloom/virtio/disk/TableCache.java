package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tables of a cluster each, kept in memory until {@link #writeDirty}. Reading is safe on many threads at once; who changes tables has
 * the disk for itself.
 */
final class TableCache {
    private static final ValueLayout.OfLong BIG_ENDIAN = ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long MEMORY_BYTES = 16 << 20;
    private static final int LEAST_TABLES = 8;

    private final HostFile file;
    private final int tableBytes;
    private final int mostTables;
    private final Map<Long, Table> tables = new LinkedHashMap<>(16, 0.75f, true);
    private int dirtyTables;

    TableCache(HostFile file, int tableBytes) {
        this.file = file;
        this.tableBytes = tableBytes;
        this.mostTables = (int) Math.max(LEAST_TABLES, MEMORY_BYTES / tableBytes);
    }

    /** One table. */
    final class Table {
        private final long offset;
        private final MemorySegment bytes = Arena.ofAuto().allocate(tableBytes, Long.BYTES);
        private boolean dirty;

        private Table(long offset) {
            this.offset = offset;
        }

        long offset() {
            return offset;
        }

        long get(int index) {
            return bytes.get(BIG_ENDIAN, (long) index * Long.BYTES);
        }

        void set(int index, long value) {
            bytes.set(BIG_ENDIAN, (long) index * Long.BYTES, value);
            markDirty();
        }

        /** The table as bytes; who writes there says so with {@link #markDirty}. */
        MemorySegment bytes() {
            return bytes;
        }

        void markDirty() {
            if (!dirty) {
                dirty = true;
                dirtyTables++;
            }
        }
    }

    /** Returns the table at an offset of the file. */
    synchronized Table get(long offset) throws IOException {
        Table table = tables.get(offset);
        if (table == null) {
            table = new Table(offset);
            file.read(offset, List.of(table.bytes));
            put(table);
        }
        return table;
    }

    /** Makes an empty table for a new cluster. */
    synchronized Table add(long offset) {
        Table table = new Table(offset);
        table.markDirty();
        put(table);
        return table;
    }

    /** Whether so many tables wait to be written that it should be done soon. */
    boolean isCrowded() {
        return dirtyTables > mostTables / 2;
    }

    boolean isDirty() {
        return dirtyTables > 0;
    }

    void writeDirty() throws IOException {
        for (Table table : new ArrayList<>(tables.values())) {
            if (table.dirty) {
                file.write(table.offset, List.of(table.bytes));
                table.dirty = false;
                dirtyTables--;
            }
        }
    }

    private void put(Table table) {
        if (tables.size() >= mostTables) {
            var oldest = tables.values().iterator();
            while (oldest.hasNext()) {
                if (!oldest.next().dirty) {
                    oldest.remove();
                    break;
                }
            }
        }
        tables.put(table.offset, table);
    }
}
