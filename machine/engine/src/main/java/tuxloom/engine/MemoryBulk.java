package tuxloom.engine;

import jdk.internal.misc.Unsafe;

/**
 * Bulk memory instructions (WebAssembly 2.0, section 4.4.7), called by compiled guest code. Arguments are i32 as the guest
 * has them, unsigned. Both ranges are checked before anything is written; a range of length 0 may end at the size.
 */
public final class MemoryBulk {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private MemoryBulk() {}

    /** {@code memory.fill}. */
    public static void fill(int destination, int value, int length, Memory memory) {
        long bytes = Integer.toUnsignedLong(length);
        long to = memory.checked(Integer.toUnsignedLong(destination), bytes);
        UNSAFE.setMemory(to, bytes, (byte) value);
    }

    /** {@code memory.copy}; the ranges may overlap. */
    public static void copy(int destination, int source, int length, Memory memory) {
        long bytes = Integer.toUnsignedLong(length);
        long to = memory.checked(Integer.toUnsignedLong(destination), bytes);
        long from = memory.checked(Integer.toUnsignedLong(source), bytes);
        UNSAFE.copyMemory(from, to, bytes);
    }

    /** {@code memory.init} from a segment that is an array of its own; a dropped segment is an empty array. */
    public static void init(int destination, int source, int length, byte[] segment, Memory memory) {
        init(destination, source, length, segment, 0, segment.length, memory);
    }

    /**
     * {@code memory.init} from a segment that is a part of a bigger array, as thousands of segments are of a module.
     *
     * @param segmentLength bytes, 0 once the segment is dropped
     */
    public static void init(
            int destination, int source, int length, byte[] bytes, int segmentStart, int segmentLength, Memory memory) {
        long count = Integer.toUnsignedLong(length);
        long from = Integer.toUnsignedLong(source);
        if (from + count > segmentLength) {
            throw new Trap(
                    Trap.Kind.OUT_OF_BOUNDS_MEMORY,
                    count + " bytes at " + from + " of a data segment of " + segmentLength + " bytes");
        }
        long to = memory.checked(Integer.toUnsignedLong(destination), count);
        UNSAFE.copyMemory(bytes, Unsafe.ARRAY_BYTE_BASE_OFFSET + segmentStart + from, null, to, count);
    }
}
