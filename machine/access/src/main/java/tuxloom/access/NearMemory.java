package tuxloom.access;

/**
 * What an access needs to know of the memory of the instance that makes it: where it begins, and up to where nobody has to ask. The
 * engine's context of an instance is one. Belongs to the one thread that runs the instance.
 */
public abstract class NearMemory {
    /** Offsets of instructions that lie in the same block of so many bytes have the same bound. A power of two. */
    public static final int BLOCK_BYTES = 1024;

    /** How far beyond its address and its offset's block an access may reach: to the block's end, and a vector. */
    public static final int REACH_BYTES = BLOCK_BYTES + 16;

    /** Native address of the memory's first byte. */
    public long memoryBase;

    /**
     * Accesses with offsets below {@link #BLOCK_BYTES} are inside of the memory at addresses below this, whatever their width; for
     * offsets beyond, take off the blocks below. Never too high, but too low for the end of the memory, after another thread grew
     * it, and for what lies beyond 2 GiB. One bound for all, so that the JIT checks the fields of a structure once. It is an int,
     * not negative, because C2 takes checks of such bounds out of loops.
     */
    public int bound;

    protected NearMemory() {}

    /**
     * Returns the native address of an access that the bounds do not allow. Traps if it is outside of the memory.
     *
     * @param address unsigned
     * @param offset unsigned
     * @param width in bytes
     */
    public abstract long far(int address, int offset, int width);
}
