package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A raw image: the file's bytes are the disk's. */
final class RawDisk implements Disk {
    /** File systems give space back in units of a page. */
    private static final int GRANULARITY_BYTES = 4096;

    private final HostFile file;
    private volatile long sizeBytes;

    private RawDisk(HostFile file, long sizeBytes) {
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Takes over an open file.
     *
     * @throws IOException if its size is none that a disk may have; the file is closed then
     */
    static RawDisk over(HostFile file) throws IOException {
        try {
            long size = file.size();
            if (size == 0) {
                throw new IOException("disk " + file.path() + ": is empty");
            }
            if (size % SECTOR_BYTES != 0) {
                throw new IOException(
                        "disk %s: size %d is not a multiple of %d".formatted(file.path(), size, SECTOR_BYTES));
            }
            return new RawDisk(file, size);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean isReadOnly() {
        return !file.isWritable();
    }

    @Override
    public void read(long offset, List<MemorySegment> into) throws IOException {
        file.read(offset, into);
    }

    @Override
    public void write(long offset, List<MemorySegment> from) throws IOException {
        file.write(offset, from);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        file.zero(offset, length, mayUnmap);
    }

    /** Where the file system has no holes, the old content stays. */
    @Override
    public void discard(long offset, long length) throws IOException {
        file.punchHole(offset, length);
    }

    @Override
    public void flush() throws IOException {
        file.flush();
    }

    @Override
    public int discardGranularityBytes() {
        return GRANULARITY_BYTES;
    }

    /** A file that became shorter keeps its size here: reads behind its end fail. */
    @Override
    public boolean refreshSize() throws IOException {
        long now = file.size() / SECTOR_BYTES * SECTOR_BYTES;
        if (now <= sizeBytes) {
            return false;
        }
        sizeBytes = now;
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
