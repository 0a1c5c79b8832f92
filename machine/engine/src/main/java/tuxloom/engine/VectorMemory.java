package tuxloom.engine;

import jdk.internal.misc.Unsafe;
import tuxloom.access.MemoryAccess;

/** Loads and stores of whole vectors, bounds checked. Generated code calls these, as it does {@link MemoryAccess}. */
public final class VectorMemory {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final String LOAD = "(II" + Members.CONTEXT_DESCRIPTOR + ")J";

    static final Member LOAD_LOW = Member.of("tuxloom/engine/VectorMemory", "loadLow", LOAD);
    static final Member LOAD_HIGH = Member.of("tuxloom/engine/VectorMemory", "loadHigh", LOAD);
    static final Member STORE =
            Member.of("tuxloom/engine/VectorMemory", "store", "(IJJI" + Members.CONTEXT_DESCRIPTOR + ")V");

    private VectorMemory() {}

    /** Returns the first half of the vector at an address, and checks that there is all of it. */
    public static long loadLow(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at >= c.bound) {
            c.outside(at, 16);
        }
        return UNSAFE.getLong(null, c.memoryBase + at);
    }

    /** Returns the second half of the vector whose first half has just been loaded: a memory never shrinks. */
    public static long loadHigh(int address, int offset, Context c) {
        return UNSAFE.getLong(null, c.memoryBase + (address & 0xffffffffL) + (offset & 0xffffffffL) + 8);
    }

    public static void store(int address, long low, long high, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at >= c.bound) {
            c.outside(at, 16);
        }
        UNSAFE.putLong(null, c.memoryBase + at, low);
        UNSAFE.putLong(null, c.memoryBase + at + 8, high);
    }
}
