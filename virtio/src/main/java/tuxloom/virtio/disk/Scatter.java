package tuxloom.virtio.disk;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Lists of segments, read as one run of bytes. For any thread; the segments are the caller's. */
public final class Scatter {
    private Scatter() {}

    /** Returns {@code length} bytes from {@code offset}, which the caller knows to lie inside; nothing is copied. */
    public static List<MemorySegment> slice(List<MemorySegment> segments, long offset, long length) {
        List<MemorySegment> parts = new ArrayList<>(segments.size());
        long skip = offset;
        long left = length;
        for (MemorySegment segment : segments) {
            if (left == 0) {
                break;
            }
            long size = segment.byteSize();
            if (skip >= size) {
                skip -= size;
                continue;
            }
            long take = Math.min(size - skip, left);
            parts.add(segment.asSlice(skip, take));
            skip = 0;
            left -= take;
        }
        return parts;
    }

    static void zero(List<MemorySegment> segments) {
        for (MemorySegment segment : segments) {
            segment.fill((byte) 0);
        }
    }

    /** Fills the segments from {@code offset} of a source that is long enough. */
    static void copyFrom(MemorySegment source, long offset, List<MemorySegment> segments) {
        long at = offset;
        for (MemorySegment segment : segments) {
            MemorySegment.copy(source, at, segment, 0, segment.byteSize());
            at += segment.byteSize();
        }
    }
}
