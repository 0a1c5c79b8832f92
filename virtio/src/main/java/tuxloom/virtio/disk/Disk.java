package tuxloom.virtio.disk;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The content of a disk, whatever file format holds it. Offsets and lengths are in bytes; ranges lie inside the disk, which the caller
 * checks. Safe for use by many threads at once: requests of different queues run in parallel.
 *
 * <p>Segments are native memory (a guest's, mostly), and data moves between them and the file without a copy where the format allows.
 * An {@link IOException} means that the host failed; how much was transferred is unknown then.
 */
public interface Disk extends Closeable {
    /** What the guest's smallest unit is; every disk's size is a multiple of it. */
    int SECTOR_BYTES = 512;

    /** Returns the size in bytes. It changes in {@link #refreshSize} only, and only grows. */
    long sizeBytes();

    /** Whether writes are refused. */
    boolean isReadOnly();

    /** Fills {@code into} with what the disk holds from {@code offset} on. */
    void read(long offset, List<MemorySegment> into) throws IOException;

    /** Changes the disk from {@code offset} on; durable after the next {@link #flush}. */
    void write(long offset, List<MemorySegment> from) throws IOException;

    /**
     * Makes {@code length} bytes from {@code offset} read as zeroes.
     *
     * @param mayUnmap whether the host's space may be given back
     */
    void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException;

    /** The guest needs {@code length} bytes from {@code offset} no more: gives the host's space back, where that is possible. */
    void discard(long offset, long length) throws IOException;

    /** Makes everything written before durable. */
    void flush() throws IOException;

    /** Returns the unit in which discarding gives space back, in bytes, a power of two. */
    int discardGranularityBytes();

    /**
     * Looks whether the file has grown.
     *
     * @return whether {@link #sizeBytes} says more now
     */
    default boolean refreshSize() throws IOException {
        return false;
    }

    /** Releases the file and its lock. Not called while another thread uses the disk. */
    @Override
    void close() throws IOException;
}
