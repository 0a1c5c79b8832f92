package tuxloom.virtio.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where each cluster of a qcow2 disk is: an L1 table of L2 tables. Lookups are safe on many threads at once; who changes something has
 * the disk for itself. Changes are in memory until {@link #write}.
 */
final class Qcow2Map {
    private final HostFile file;
    private final Qcow2Header header;
    private final int clusterBits;
    private final TableCache l2Tables;
    private final long[] l1;
    private boolean l1Dirty;
    /** Clusters of the format itself, which no guest may write to; empty while the image is only read. */
    private final Set<Long> ownClusters = new HashSet<>();

    Qcow2Map(HostFile file, Qcow2Header header) throws IOException {
        this.file = file;
        this.header = header;
        this.clusterBits = header.clusterBits();
        this.l2Tables = new TableCache(file, header.clusterBytes());
        this.l1 = Refcounts.readTable(file, header.l1Offset(), header.l1Entries());
    }

    /** Learns which clusters the guest's entries must not refer to. */
    void protect(List<Long> refcountClusters) throws IOException {
        ownClusters.add(0L);
        ownClusters.addAll(refcountClusters);
        for (long at = 0; at < (long) l1.length * Long.BYTES; at += header.clusterBytes()) {
            ownClusters.add((header.l1Offset() + at) >> clusterBits);
        }
        for (int i = 0; i < l1.length; i++) {
            if (hasL2(i)) {
                ownClusters.add(l2Offset(i) >> clusterBits);
            }
        }
    }

    /** Returns the first cluster from this one on that an L2 table describes, or the number of clusters: huge disks are mostly empty. */
    long nextMapped(long cluster) {
        if (cluster >= header.clusters()) {
            return header.clusters();
        }
        int index = (int) (cluster / header.l2Entries());
        if (hasL2(index)) {
            return cluster;
        }
        int last = (int) ((header.clusters() - 1) / header.l2Entries());
        while (index <= last && !hasL2(index)) {
            index++;
        }
        return Math.min((long) index * header.l2Entries(), header.clusters());
    }

    /** Returns the checked entry of a cluster, 0 if there is none. */
    long entry(long cluster) throws IOException {
        int index = (int) (cluster / header.l2Entries());
        if (!hasL2(index)) {
            return 0;
        }
        TableCache.Table table = l2Tables.get(l2Offset(index));
        int inTable = (int) (cluster % header.l2Entries());
        long entry = table.get(inTable);
        check(entry, table.offset() + (long) inTable * Long.BYTES);
        return entry;
    }

    /** Returns where the L2 table that describes a mapped cluster is. */
    long l2OffsetOf(long cluster) throws IOException {
        return l2Offset((int) (cluster / header.l2Entries()));
    }

    /** Changes the entry of a cluster; makes its L2 table if there is none. */
    void set(long cluster, long entry, Refcounts refcounts) throws IOException {
        int index = (int) (cluster / header.l2Entries());
        TableCache.Table table;
        if (!hasL2(index)) {
            if (entry == 0) {
                return;
            }
            long offset = refcounts.allocate(1);
            table = l2Tables.add(offset);
            l1[index] = offset | Qcow2Entry.COPIED;
            l1Dirty = true;
            ownClusters.add(offset >> clusterBits);
        } else if ((l1[index] & Qcow2Entry.COPIED) == 0) {
            throw new IOException("the L2 table at 0x" + Long.toHexString(l2Offset(index))
                    + " belongs to an internal snapshot; nothing is written to it");
        } else {
            table = l2Tables.get(l2Offset(index));
        }
        table.set((int) (cluster % header.l2Entries()), entry);
    }

    boolean isDirty() {
        return l1Dirty || l2Tables.isDirty();
    }

    boolean isCrowded() {
        return l2Tables.isCrowded();
    }

    /** Writes what changed: L2 tables are durable before the L1 table refers to them. */
    void write() throws IOException {
        l2Tables.writeDirty();
        if (l1Dirty) {
            file.flush();
            Refcounts.writeTable(file, header.l1Offset(), l1);
            l1Dirty = false;
        }
    }

    /** Offsets of all L2 tables, checked. */
    List<Long> l2Tables() throws IOException {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < l1.length; i++) {
            if (hasL2(i)) {
                offsets.add(l2Offset(i));
            }
        }
        return offsets;
    }

    private boolean hasL2(int index) {
        return (l1[index] & ~Qcow2Entry.COPIED) != 0;
    }

    private long l2Offset(int index) throws IOException {
        long entry = l1[index];
        long offset = Qcow2Entry.offset(entry);
        if ((entry & (Qcow2Entry.RESERVED_MASK | Qcow2Entry.COMPRESSED | Qcow2Entry.ZERO)) != 0
                || (offset & (header.clusterBytes() - 1)) != 0
                || offset == 0) {
            throw corrupt("L1 entry", header.l1Offset() + (long) index * Long.BYTES, entry);
        }
        return offset;
    }

    private void check(long entry, long at) throws IOException {
        switch (Qcow2Entry.kind(entry)) {
            case COMPRESSED -> {
                if ((entry & Qcow2Entry.COPIED) != 0) {
                    throw corrupt("compressed L2 entry", at, entry);
                }
            }
            case BACKING, ZEROES, DATA -> {
                long offset = Qcow2Entry.offset(entry);
                if ((entry & Qcow2Entry.RESERVED_MASK) != 0
                        || (offset & (header.clusterBytes() - 1)) != 0
                        || (header.version() == 2 && (entry & Qcow2Entry.ZERO) != 0)) {
                    throw corrupt("L2 entry", at, entry);
                }
                if (offset != 0 && ownClusters.contains(offset >> clusterBits)) {
                    throw new CorruptImageException("the L2 entry at 0x%s refers to the image's own tables at 0x%s"
                            .formatted(Long.toHexString(at), Long.toHexString(offset)));
                }
            }
        }
    }

    private static CorruptImageException corrupt(String what, long at, long entry) {
        return new CorruptImageException(
                "the %s at 0x%s is 0x%s".formatted(what, Long.toHexString(at), Long.toHexString(entry)));
    }
}
