package tuxloom.engine;

import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;
import tuxloom.access.NearMemory;

/**
 * What generated code needs of its instance; each module has a generated subclass with its globals, tables, tags and
 * imported functions as fields. Belongs to the one thread that runs the instance, apart from {@link #poll}.
 *
 * <p>Public only because generated classes live elsewhere.
 */
@SuppressWarnings("NullAway.Init")
public abstract class Context extends NearMemory {
    static final Unsafe UNSAFE = Unsafe.getUnsafe();
    static final long POLL = UNSAFE.objectFieldOffset(Context.class, "poll");

    /** The instance's memory; null in modules that have none. */
    public Memory memory;

    /** Not 0 when this instance's code shall look up from its work; bits. Written by any thread. */
    public int poll;

    /** The call that a function has left to its caller, see {@link TailCalls}; null for none. */
    public @Nullable Function tailTarget;

    @Nullable
    Bundle tailArguments;

    /** See {@link HeavyFrames}. */
    int heavyFrameBytes;

    /** What they may grow to without asking {@link #heavyFrameLease}. */
    int heavyFrameRoom;

    HostBudget.@Nullable Lease heavyFrameLease;

    /** Bits of {@link #poll}: stop for good; attend to something and go on. */
    static final int STOP = 1;

    static final int ATTEND = 2;

    Instance instance;

    protected Context() {}

    @Override
    public final long far(int address, int offset, int width) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        outside(at, width);
        return memoryBase + at;
    }

    /** Called by accesses that seem to be outside: takes notice of growth, or traps. */
    void outside(long address, int width) {
        refreshMemory();
        if (memory == null || address + width > memory.sizeBytes()) {
            throw new Trap(Trap.Kind.OUT_OF_BOUNDS_MEMORY);
        }
    }

    /** Takes over the memory's present size. */
    final void refreshMemory() {
        long size = memory == null ? 0 : memory.sizeBytes();
        int near = (int) Math.min(size, Integer.MAX_VALUE);
        bound = Math.max(0, near - REACH_BYTES);
    }

    final void useMemory(@Nullable Memory newMemory) {
        if (newMemory != null) {
            memory = newMemory;
            memoryBase = newMemory.baseAddress();
        }
        refreshMemory();
    }

    /** Adds bits; what this thread wrote before is seen by whoever sees them. */
    final void raise(int bits) {
        UNSAFE.getAndBitwiseOrInt(this, POLL, bits);
    }

    /** Takes bits away and returns those there were; what happens after this is seen to happen after. */
    final int lower(int bits) {
        return UNSAFE.getAndBitwiseAndInt(this, POLL, ~bits);
    }
}
