package tuxloom.engine;

/** Instructions that generated code leaves to the engine. Public only because generated classes live elsewhere. */
public final class ContextOperations {
    private ContextOperations() {}

    /**
     * Called in each round of a loop, or in some; reads anew each time, however hot the loop. There is no method around the read: C2
     * would not inline it where few rounds come here, and a call takes the registers of the loop around it.
     */
    public static void poll(Context c) {
        if (Context.UNSAFE.getIntOpaque(c, Context.POLL) != 0) {
            c.instance.polled();
        }
    }

    /** Called before calls that may close a cycle: each call of a function looks anew, so an ordinary load does. */
    public static void pollCall(Context c) {
        if (c.poll != 0) {
            c.instance.polled();
        }
    }

    /** Returns the trap of {@code unreachable}, to be thrown. */
    public static Trap unreachable() {
        return new Trap(Trap.Kind.UNREACHABLE);
    }

    /** Returns the trap of a function that cannot be compiled, to be thrown. */
    public static Trap tooLarge(int function, Context c) {
        return new Trap(
                Trap.Kind.UNREACHABLE,
                "function " + c.instance.module().functionName(function) + " is too large for this engine");
    }

    /** Adds the two unsigned parts of an address. */
    public static long effectiveAddress(int address, int offset) {
        return (address & 0xffffffffL) + (offset & 0xffffffffL);
    }

    /** Adds the two unsigned parts of an address whose offset may lie outside of the memory. */
    public static int farAddress(int address, int offset, Context c) {
        long at = effectiveAddress(address, offset);
        if (at > 0xffffffffL) {
            c.outside(at, 1);
        }
        return (int) at;
    }

    /** Executes {@code memory.size}: pages. */
    public static int memorySize(Context c) {
        return c.memory.sizePages();
    }

    /** Executes {@code memory.grow}: the old size in pages, or -1. */
    public static int memoryGrow(int pages, Context c) {
        int old = c.memory.grow(pages);
        c.refreshMemory();
        return old;
    }

    /** Executes {@code memory.init}. */
    public static void memoryInit(int target, int source, int length, int segment, Context c) {
        ModuleData module = c.instance.moduleData();
        ModuleData.Data data = module.data.get(segment);
        int available = c.instance.isDataDropped(segment) ? 0 : data.length();
        MemoryBulk.init(target, source, length, module.bytes, data.start(), available, c.memory);
    }

    /** Executes {@code data.drop}. */
    public static void dataDrop(int segment, Context c) {
        c.instance.dropData(segment);
    }

    /** Executes {@code memory.atomic.notify}. */
    public static int notify(long address, int count, Memory memory) {
        return memory.notify(address, count);
    }

    /** Executes {@code memory.atomic.wait32}. */
    public static int waitInt(long address, int expected, long timeoutNanos, Memory memory) {
        return memory.waitInt(address, expected, timeoutNanos);
    }

    /** Executes {@code memory.atomic.wait64}. */
    public static int waitLong(long address, long expected, long timeoutNanos, Memory memory) {
        return memory.waitLong(address, expected, timeoutNanos);
    }

    /** Executes {@code ref.func}. */
    public static Function referenceFunction(int index, Context c) {
        return c.instance.functionAt(index);
    }
}
