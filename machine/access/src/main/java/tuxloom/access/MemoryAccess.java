package tuxloom.access;

import java.util.Objects;
import jdk.internal.misc.Unsafe;
import jdk.internal.vm.annotation.ForceInline;

/**
 * Loads and stores of linear memory (core specification 4.4.7), bounds checked. Generated code calls these; they are
 * small enough for the JIT compilers to inline. An address is unsigned and 32 bits wide. An offset is a constant, 0 or near
 * (not beyond the smallest memory of the module).
 *
 * <p>The form of the check is one that C2 knows from array accesses: it takes it out of loops that it can count, and folds the offset
 * into the instruction that accesses memory. The second check, of the same condition, costs nothing; it only tells C2 that the
 * address is not negative as an int, and so its conversion to a long is free.
 */
public final class MemoryAccess {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    /** Tells the JIT that a bound is not negative, as it is anyway. */
    private static final int NEAR = Integer.MAX_VALUE;

    /** Offsets of the same block share their bound. */
    private static final int BLOCKS = -NearMemory.BLOCK_BYTES;

    private MemoryAccess() {}

    @ForceInline
    public static int i32Load(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i32LoadFar(address, offset, c);
        }
        return UNSAFE.getInt(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static long i64Load(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64LoadFar(address, offset, c);
        }
        return UNSAFE.getLong(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static float f32Load(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return f32LoadFar(address, offset, c);
        }
        return UNSAFE.getFloat(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static double f64Load(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return f64LoadFar(address, offset, c);
        }
        return UNSAFE.getDouble(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static int i32Load8S(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i32Load8SFar(address, offset, c);
        }
        return UNSAFE.getByte(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static int i32Load8U(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i32Load8UFar(address, offset, c);
        }
        return UNSAFE.getByte(null, c.memoryBase + offset + Objects.checkIndex(address, bound)) & 0xff;
    }

    @ForceInline
    public static int i32Load16S(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i32Load16SFar(address, offset, c);
        }
        return UNSAFE.getShort(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static int i32Load16U(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i32Load16UFar(address, offset, c);
        }
        return UNSAFE.getShort(null, c.memoryBase + offset + Objects.checkIndex(address, bound)) & 0xffff;
    }

    @ForceInline
    public static long i64Load8S(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64Load8SFar(address, offset, c);
        }
        return UNSAFE.getByte(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static long i64Load8U(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64Load8UFar(address, offset, c);
        }
        return UNSAFE.getByte(null, c.memoryBase + offset + Objects.checkIndex(address, bound)) & 0xffL;
    }

    @ForceInline
    public static long i64Load16S(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64Load16SFar(address, offset, c);
        }
        return UNSAFE.getShort(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static long i64Load16U(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64Load16UFar(address, offset, c);
        }
        return UNSAFE.getShort(null, c.memoryBase + offset + Objects.checkIndex(address, bound)) & 0xffffL;
    }

    @ForceInline
    public static long i64Load32S(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64Load32SFar(address, offset, c);
        }
        return UNSAFE.getInt(null, c.memoryBase + offset + Objects.checkIndex(address, bound));
    }

    @ForceInline
    public static long i64Load32U(int address, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            return i64Load32UFar(address, offset, c);
        }
        return UNSAFE.getInt(null, c.memoryBase + offset + Objects.checkIndex(address, bound)) & 0xffffffffL;
    }

    @ForceInline
    public static void i32Store(int address, int value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i32StoreFar(address, value, offset, c);
            return;
        }
        UNSAFE.putInt(null, c.memoryBase + offset + Objects.checkIndex(address, bound), value);
    }

    @ForceInline
    public static void i64Store(int address, long value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i64StoreFar(address, value, offset, c);
            return;
        }
        UNSAFE.putLong(null, c.memoryBase + offset + Objects.checkIndex(address, bound), value);
    }

    @ForceInline
    public static void f32Store(int address, float value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            f32StoreFar(address, value, offset, c);
            return;
        }
        UNSAFE.putFloat(null, c.memoryBase + offset + Objects.checkIndex(address, bound), value);
    }

    @ForceInline
    public static void f64Store(int address, double value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            f64StoreFar(address, value, offset, c);
            return;
        }
        UNSAFE.putDouble(null, c.memoryBase + offset + Objects.checkIndex(address, bound), value);
    }

    @ForceInline
    public static void i32Store8(int address, int value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i32Store8Far(address, value, offset, c);
            return;
        }
        UNSAFE.putByte(null, c.memoryBase + offset + Objects.checkIndex(address, bound), (byte) value);
    }

    @ForceInline
    public static void i32Store16(int address, int value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i32Store16Far(address, value, offset, c);
            return;
        }
        UNSAFE.putShort(null, c.memoryBase + offset + Objects.checkIndex(address, bound), (short) value);
    }

    @ForceInline
    public static void i64Store8(int address, long value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i64Store8Far(address, value, offset, c);
            return;
        }
        UNSAFE.putByte(null, c.memoryBase + offset + Objects.checkIndex(address, bound), (byte) value);
    }

    @ForceInline
    public static void i64Store16(int address, long value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i64Store16Far(address, value, offset, c);
            return;
        }
        UNSAFE.putShort(null, c.memoryBase + offset + Objects.checkIndex(address, bound), (short) value);
    }

    @ForceInline
    public static void i64Store32(int address, long value, int offset, NearMemory c) {
        int bound = c.bound - (offset & BLOCKS) & NEAR;
        if (Integer.compareUnsigned(address, bound) >= 0) {
            i64Store32Far(address, value, offset, c);
            return;
        }
        UNSAFE.putInt(null, c.memoryBase + offset + Objects.checkIndex(address, bound), (int) value);
    }

    // Accesses that the bounds do not allow: they are outside, or beyond the near part, or the memory has grown.

    private static int i32LoadFar(int address, int offset, NearMemory c) {
        return UNSAFE.getInt(null, c.far(address, offset, 4));
    }

    private static long i64LoadFar(int address, int offset, NearMemory c) {
        return UNSAFE.getLong(null, c.far(address, offset, 8));
    }

    private static float f32LoadFar(int address, int offset, NearMemory c) {
        return UNSAFE.getFloat(null, c.far(address, offset, 4));
    }

    private static double f64LoadFar(int address, int offset, NearMemory c) {
        return UNSAFE.getDouble(null, c.far(address, offset, 8));
    }

    private static int i32Load8SFar(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.far(address, offset, 1));
    }

    private static int i32Load8UFar(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.far(address, offset, 1)) & 0xff;
    }

    private static int i32Load16SFar(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.far(address, offset, 2));
    }

    private static int i32Load16UFar(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.far(address, offset, 2)) & 0xffff;
    }

    private static long i64Load8SFar(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.far(address, offset, 1));
    }

    private static long i64Load8UFar(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.far(address, offset, 1)) & 0xffL;
    }

    private static long i64Load16SFar(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.far(address, offset, 2));
    }

    private static long i64Load16UFar(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.far(address, offset, 2)) & 0xffffL;
    }

    private static long i64Load32SFar(int address, int offset, NearMemory c) {
        return UNSAFE.getInt(null, c.far(address, offset, 4));
    }

    private static long i64Load32UFar(int address, int offset, NearMemory c) {
        return UNSAFE.getInt(null, c.far(address, offset, 4)) & 0xffffffffL;
    }

    private static void i32StoreFar(int address, int value, int offset, NearMemory c) {
        UNSAFE.putInt(null, c.far(address, offset, 4), value);
    }

    private static void i64StoreFar(int address, long value, int offset, NearMemory c) {
        UNSAFE.putLong(null, c.far(address, offset, 8), value);
    }

    private static void f32StoreFar(int address, float value, int offset, NearMemory c) {
        UNSAFE.putFloat(null, c.far(address, offset, 4), value);
    }

    private static void f64StoreFar(int address, double value, int offset, NearMemory c) {
        UNSAFE.putDouble(null, c.far(address, offset, 8), value);
    }

    private static void i32Store8Far(int address, int value, int offset, NearMemory c) {
        UNSAFE.putByte(null, c.far(address, offset, 1), (byte) value);
    }

    private static void i32Store16Far(int address, int value, int offset, NearMemory c) {
        UNSAFE.putShort(null, c.far(address, offset, 2), (short) value);
    }

    private static void i64Store8Far(int address, long value, int offset, NearMemory c) {
        UNSAFE.putByte(null, c.far(address, offset, 1), (byte) value);
    }

    private static void i64Store16Far(int address, long value, int offset, NearMemory c) {
        UNSAFE.putShort(null, c.far(address, offset, 2), (short) value);
    }

    private static void i64Store32Far(int address, long value, int offset, NearMemory c) {
        UNSAFE.putInt(null, c.far(address, offset, 4), (int) value);
    }
}
