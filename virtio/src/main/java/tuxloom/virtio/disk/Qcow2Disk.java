package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 image, version 2 or 3, over its backing file if it has one.
 *
 * <p>Reads, and writes to clusters that are there, share the disk. What changes the map of clusters has it for itself. Such changes stay
 * in memory until the next flush (or until there are many), which writes them in an order that survives a power cut at any point: what
 * is referred to is durable before what refers to it, and clusters are given back only after nothing durable refers to them. The worst
 * that is left behind is a cluster that nobody uses.
 */
final class Qcow2Disk implements Disk {
    /** Clusters that are allocated at once; bounds the time for which the other queues wait. */
    private static final int MOST_CLUSTERS_AT_ONCE = 256;

    private final HostFile file;
    private final Qcow2Header header;
    private final @Nullable Disk backing;
    private final Qcow2Map map;
    private final @Nullable Refcounts refcounts;
    private final ReentrantReadWriteLock mapping = new ReentrantReadWriteLock(true);
    private final List<Long> toRelease = new ArrayList<>();
    private final Qcow2Inflater inflater;
    private @Nullable Qcow2Packer packer;
    private boolean closed;

    /** A run of the disk whose clusters are of one kind and, if data, in a row in the file. */
    private record Run(Qcow2Entry.Kind kind, long entry, long fileOffset, long length) {}

    Qcow2Disk(HostFile file, Qcow2Header header, @Nullable Disk backing) throws IOException {
        this.file = file;
        this.header = header;
        this.backing = backing;
        this.map = new Qcow2Map(file, header);
        this.inflater = new Qcow2Inflater(file, header);
        if (file.isWritable()) {
            Refcounts counts = new Refcounts(file, header);
            map.protect(counts.ownClusters());
            refcounts = counts;
        } else {
            refcounts = null;
        }
    }

    @Override
    public long sizeBytes() {
        return header.sizeBytes();
    }

    @Override
    public boolean isReadOnly() {
        return refcounts == null;
    }

    @Override
    public int discardGranularityBytes() {
        return header.clusterBytes();
    }

    @Override
    public void read(long offset, List<MemorySegment> into) throws IOException {
        mapping.readLock().lock();
        try {
            readMapped(offset, into);
        } finally {
            mapping.readLock().unlock();
        }
    }

    @Override
    public void write(long offset, List<MemorySegment> from) throws IOException {
        long end = offset + HostFile.totalBytes(from);
        mapping.readLock().lock();
        try {
            if (allWritable(offset, end)) {
                writeInPlace(offset, end, offset, from);
                return;
            }
        } finally {
            mapping.readLock().unlock();
        }
        for (long at = offset; at < end; ) {
            at = writeSome(at, end, offset, from);
        }
    }

    /** Makes a whole cluster, at {@code offset} on the disk, one of {@code length} compressed bytes. */
    void writeCompressed(long offset, byte[] compressed, int length) throws IOException {
        mapping.writeLock().lock();
        try {
            Qcow2Packer packing = packer == null ? new Qcow2Packer(file, header, counts()) : packer;
            packer = packing;
            replace(offset >> header.clusterBits(), packing.add(compressed, length));
            if (map.isCrowded() || counts().isCrowded()) {
                writeMetadata();
            }
        } finally {
            mapping.writeLock().unlock();
        }
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        long first = Math.min(roundUp(offset), offset + length);
        long last = Math.max(first, offset + length == sizeBytes() ? offset + length : roundDown(offset + length));
        if (header.version() == 2) {
            first = offset + length;
            last = first;
        }
        overwriteWithZeroes(offset, first - offset);
        overwriteWithZeroes(last, offset + length - last);
        unmap(first, last, true);
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        // Without a backing file a cluster that is not there reads as zeroes; with one it takes a flag that version 2
        // has not.
        if (backing == null || header.version() > 2) {
            unmap(Math.min(roundUp(offset), offset + length), roundDown(offset + length), false);
        }
    }

    @Override
    public void flush() throws IOException {
        mapping.readLock().lock();
        try {
            if (refcounts == null || (!refcounts.isDirty() && !map.isDirty())) {
                file.flush();
                return;
            }
        } finally {
            mapping.readLock().unlock();
        }
        mapping.writeLock().lock();
        try {
            writeMetadata();
        } finally {
            mapping.writeLock().unlock();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (refcounts != null) {
                flush();
                // The first gave clusters back, which the second writes down.
                flush();
            }
        } finally {
            file.close();
            if (backing != null) {
                backing.close();
            }
        }
    }

    /** Calls back for every range, of a cluster at most, whose content does not come from the backing file. */
    void forOwnRanges(OwnRange visitor) throws IOException {
        int bits = header.clusterBits();
        for (long cluster = map.nextMapped(0); cluster < header.clusters(); cluster = map.nextMapped(cluster + 1)) {
            long at = cluster << bits;
            Qcow2Entry.Kind kind = Qcow2Entry.kind(map.entry(cluster));
            if (kind != Qcow2Entry.Kind.BACKING) {
                visitor.at(at, Math.min(header.clusterBytes(), sizeBytes() - at), kind == Qcow2Entry.Kind.ZEROES);
            }
        }
    }

    /** Makes the image empty: everything comes from below again. Only for a disk that was opened without what is below it. */
    void forgetOwnRanges() throws IOException {
        unmap(0, sizeBytes(), false);
    }

    /** A range of the disk that an image has by itself. */
    interface OwnRange {
        void at(long offset, long length, boolean zeroes) throws IOException;
    }

    Qcow2Header header() {
        return header;
    }

    private Refcounts counts() throws IOException {
        if (refcounts == null) {
            throw new IOException("the image is open for reading only");
        }
        return refcounts;
    }

    private void readMapped(long offset, List<MemorySegment> into) throws IOException {
        long end = offset + HostFile.totalBytes(into);
        for (long at = offset; at < end; ) {
            Run run = runAt(at, end);
            List<MemorySegment> part = Scatter.slice(into, at - offset, run.length);
            switch (run.kind) {
                case ZEROES -> Scatter.zero(part);
                case DATA -> file.readOrZeroes(run.fileOffset, part);
                case BACKING -> readBacking(at, part, run.length);
                case COMPRESSED ->
                    Scatter.copyFrom(inflater.inflate(run.entry), at & (header.clusterBytes() - 1), part);
            }
            at += run.length;
        }
    }

    private void readBacking(long at, List<MemorySegment> into, long length) throws IOException {
        long there = backing == null ? 0 : Math.clamp(backing.sizeBytes() - at, 0, length);
        if (there > 0 && backing != null) {
            backing.read(at, Scatter.slice(into, 0, there));
        }
        Scatter.zero(Scatter.slice(into, there, length - there));
    }

    private Run runAt(long at, long end) throws IOException {
        int clusterBytes = header.clusterBytes();
        long cluster = at >> header.clusterBits();
        long inCluster = at & (clusterBytes - 1);
        long entry = map.entry(cluster);
        Qcow2Entry.Kind kind = Qcow2Entry.kind(entry);
        long fileOffset = Qcow2Entry.offset(entry) + inCluster;
        long length = clusterBytes - inCluster;
        while (at + length < end && kind != Qcow2Entry.Kind.COMPRESSED) {
            long next = map.entry(++cluster);
            if (Qcow2Entry.kind(next) != kind
                    || (kind == Qcow2Entry.Kind.DATA && Qcow2Entry.offset(next) != fileOffset + length)) {
                break;
            }
            length += clusterBytes;
        }
        return new Run(kind, entry, fileOffset, Math.min(length, end - at));
    }

    private boolean allWritable(long offset, long end) throws IOException {
        for (long cluster = offset >> header.clusterBits(); cluster << header.clusterBits() < end; cluster++) {
            if (!Qcow2Entry.isWritable(map.entry(cluster))) {
                return false;
            }
        }
        return true;
    }

    /** Writes the bytes {@code at} to {@code end} of a request that begins at {@code offset}. All their clusters are writable. */
    private void writeInPlace(long start, long end, long offset, List<MemorySegment> from) throws IOException {
        for (long at = start; at < end; ) {
            Run run = runAt(at, end);
            file.write(run.fileOffset, Scatter.slice(from, at - offset, run.length));
            at += run.length;
        }
    }

    /** Writes a part of a request that needs clusters; returns where the next part begins. */
    private long writeSome(long at, long end, long offset, List<MemorySegment> from) throws IOException {
        mapping.writeLock().lock();
        try {
            int bits = header.clusterBits();
            long first = at >> bits;
            boolean inPlace = Qcow2Entry.isWritable(map.entry(first));
            int count = 1;
            while (count < MOST_CLUSTERS_AT_ONCE
                    && (first + count) << bits < end
                    && Qcow2Entry.isWritable(map.entry(first + count)) == inPlace) {
                count++;
            }
            count = inPlace ? count : counts().inARow(count);
            long partEnd = Math.min(end, (first + count) << bits);
            if (inPlace) {
                writeInPlace(at, partEnd, offset, from);
            } else {
                writeNew(at, partEnd, count, Scatter.slice(from, at - offset, partEnd - at));
            }
            if (map.isCrowded() || counts().isCrowded()) {
                writeMetadata();
            }
            return partEnd;
        } finally {
            mapping.writeLock().unlock();
        }
    }

    /** Writes to clusters that are new, with what the old ones hold around the guest's bytes. */
    private void writeNew(long at, long end, int count, List<MemorySegment> from) throws IOException {
        long first = at >> header.clusterBits();
        long start = first << header.clusterBits();
        long stop = (first + count) << header.clusterBits();
        long offset = counts().allocate(count);
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> whole = new ArrayList<>(from.size() + 2);
            if (at > start) {
                whole.add(old(arena, start, at));
            }
            whole.addAll(from);
            if (stop > end) {
                whole.add(old(arena, end, stop));
            }
            file.write(offset, whole);
        } catch (IOException e) {
            for (int i = 0; i < count; i++) {
                counts().release((offset >> header.clusterBits()) + i);
            }
            throw e;
        }
        for (int i = 0; i < count; i++) {
            replace(first + i, (offset + ((long) i << header.clusterBits())) | Qcow2Entry.COPIED);
        }
    }

    /** What the disk holds from {@code start} to {@code stop}; zeroes behind its end. */
    private MemorySegment old(Arena arena, long start, long stop) throws IOException {
        MemorySegment bytes = arena.allocate(stop - start);
        long there = Math.clamp(sizeBytes() - start, 0, stop - start);
        if (there > 0) {
            readMapped(start, List.of(bytes.asSlice(0, there)));
        }
        return bytes;
    }

    private void overwriteWithZeroes(long offset, long length) throws IOException {
        if (length > 0) {
            try (Arena arena = Arena.ofConfined()) {
                write(offset, List.of(arena.allocate(length)));
            }
        }
    }

    /** Makes whole clusters read as zeroes and gives theirs back. */
    private void unmap(long start, long end, boolean mustBeZero) throws IOException {
        mapping.writeLock().lock();
        try {
            for (long at = start; at < end; at += header.clusterBytes()) {
                long cluster = at >> header.clusterBits();
                Qcow2Entry.Kind kind = Qcow2Entry.kind(map.entry(cluster));
                if (kind != Qcow2Entry.Kind.BACKING || (mustBeZero && backing != null)) {
                    replace(cluster, backing == null ? 0 : Qcow2Entry.ZERO);
                }
            }
            if (map.isCrowded() || counts().isCrowded()) {
                writeMetadata();
            }
        } finally {
            mapping.writeLock().unlock();
        }
    }

    /** Changes an entry; the clusters of the old one are given back after the next flush. */
    private void replace(long cluster, long entry) throws IOException {
        long old = map.entry(cluster);
        map.set(cluster, entry, counts());
        if (Qcow2Entry.kind(old) == Qcow2Entry.Kind.COMPRESSED) {
            long offset = Qcow2Entry.compressedOffset(old, header.clusterBits());
            long last = offset + Qcow2Entry.compressedBytes(old, header.clusterBits()) - 1;
            for (long at = offset >> header.clusterBits(); at <= last >> header.clusterBits(); at++) {
                toRelease.add(at);
            }
            inflater.forget();
        } else if (Qcow2Entry.offset(old) != 0) {
            toRelease.add(Qcow2Entry.offset(old) >> header.clusterBits());
        }
    }

    private void writeMetadata() throws IOException {
        Refcounts counts = counts();
        counts.write();
        // Data and reference counts are durable before the map refers to the clusters.
        file.flush();
        if (!map.isDirty()) {
            return;
        }
        map.write();
        file.flush();
        for (long cluster : toRelease) {
            counts.release(cluster);
        }
        toRelease.clear();
    }

    private long roundUp(long offset) {
        return (offset + header.clusterBytes() - 1) & -header.clusterBytes();
    }

    private long roundDown(long offset) {
        return offset & -header.clusterBytes();
    }
}
