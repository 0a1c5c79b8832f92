package tuxloom.virtio;

import java.lang.foreign.MemorySegment;
import java.util.List;
import tuxloom.virtio.disk.Scatter;

/**
 * Guest memory that a driver lent to the device: ranges that lie inside guest memory, read as one run of bytes.
 *
 * <p>How the driver cut the run into ranges means nothing (virtio 1.2, section 2.6.4, message framing). The guest may
 * still change the bytes, so a device copies what it wants to check. Valid until the chain is given back. Arrays are copied as
 * segments: for the form of copy that takes an array the JVM makes a class at each start.
 *
 * @param segments the ranges in order, none of them empty
 * @param byteSize their total length, 0 to 2^32 - 1
 */
record GuestBuffers(List<MemorySegment> segments, long byteSize) {
    static final GuestBuffers EMPTY = new GuestBuffers(List.of(), 0);

    static GuestBuffers of(List<MemorySegment> segments) {
        long total = 0;
        for (MemorySegment segment : segments) {
            total += segment.byteSize();
        }
        return new GuestBuffers(List.copyOf(segments), total);
    }

    /** Returns {@code length} bytes from {@code offset}, which must lie inside. */
    GuestBuffers slice(long offset, long length) {
        if (offset < 0 || length < 0 || offset > byteSize - length) {
            throw new IndexOutOfBoundsException("%d bytes at %d of %d".formatted(length, offset, byteSize));
        }
        return new GuestBuffers(Scatter.slice(segments, offset, length), length);
    }

    /** Copies every byte into {@code target} from {@code targetOffset}; the caller has checked that they fit. */
    void copyTo(byte[] target, int targetOffset) {
        int at = targetOffset;
        for (MemorySegment segment : segments) {
            int length = Math.toIntExact(segment.byteSize());
            MemorySegment.copy(segment, 0, MemorySegment.ofArray(target), at, length);
            at += length;
        }
    }

    /** Fills the start of these buffers from an array; the caller has checked that {@code length} bytes fit. */
    void copyFrom(byte[] source, int sourceOffset, int length) {
        int at = sourceOffset;
        for (MemorySegment segment : slice(0, length).segments) {
            int part = (int) segment.byteSize();
            MemorySegment.copy(MemorySegment.ofArray(source), at, segment, 0, part);
            at += part;
        }
    }

    /** Sets every byte to {@code value}. */
    void fill(byte value) {
        for (MemorySegment segment : segments) {
            segment.fill(value);
        }
    }
}
