package tuxloom.engine;

import jdk.internal.misc.Unsafe;

/**
 * Loads and stores of linear memory (core specification 4.4.7), bounds checked. Generated code calls these; they are
 * small enough for the JIT compilers to inline. An address is unsigned and 32 bits wide, an offset too, so that their
 * sum never overflows a long.
 */
public final class MemoryAccess {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private MemoryAccess() {}

    public static int i32Load(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        return UNSAFE.getInt(null, c.memoryBase + at);
    }

    public static long i64Load(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit8) {
            c.outside(at, 8);
        }
        return UNSAFE.getLong(null, c.memoryBase + at);
    }

    public static float f32Load(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        return UNSAFE.getFloat(null, c.memoryBase + at);
    }

    public static double f64Load(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit8) {
            c.outside(at, 8);
        }
        return UNSAFE.getDouble(null, c.memoryBase + at);
    }

    public static int i32Load8S(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit1) {
            c.outside(at, 1);
        }
        return UNSAFE.getByte(null, c.memoryBase + at);
    }

    public static int i32Load8U(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit1) {
            c.outside(at, 1);
        }
        return UNSAFE.getByte(null, c.memoryBase + at) & 0xff;
    }

    public static int i32Load16S(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit2) {
            c.outside(at, 2);
        }
        return UNSAFE.getShort(null, c.memoryBase + at);
    }

    public static int i32Load16U(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit2) {
            c.outside(at, 2);
        }
        return UNSAFE.getShort(null, c.memoryBase + at) & 0xffff;
    }

    public static long i64Load8S(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit1) {
            c.outside(at, 1);
        }
        return UNSAFE.getByte(null, c.memoryBase + at);
    }

    public static long i64Load8U(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit1) {
            c.outside(at, 1);
        }
        return UNSAFE.getByte(null, c.memoryBase + at) & 0xffL;
    }

    public static long i64Load16S(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit2) {
            c.outside(at, 2);
        }
        return UNSAFE.getShort(null, c.memoryBase + at);
    }

    public static long i64Load16U(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit2) {
            c.outside(at, 2);
        }
        return UNSAFE.getShort(null, c.memoryBase + at) & 0xffffL;
    }

    public static long i64Load32S(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        return UNSAFE.getInt(null, c.memoryBase + at);
    }

    public static long i64Load32U(int address, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        return UNSAFE.getInt(null, c.memoryBase + at) & 0xffffffffL;
    }

    public static void i32Store(int address, int value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        UNSAFE.putInt(null, c.memoryBase + at, value);
    }

    public static void i64Store(int address, long value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit8) {
            c.outside(at, 8);
        }
        UNSAFE.putLong(null, c.memoryBase + at, value);
    }

    public static void f32Store(int address, float value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        UNSAFE.putFloat(null, c.memoryBase + at, value);
    }

    public static void f64Store(int address, double value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit8) {
            c.outside(at, 8);
        }
        UNSAFE.putDouble(null, c.memoryBase + at, value);
    }

    public static void i32Store8(int address, int value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit1) {
            c.outside(at, 1);
        }
        UNSAFE.putByte(null, c.memoryBase + at, (byte) value);
    }

    public static void i32Store16(int address, int value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit2) {
            c.outside(at, 2);
        }
        UNSAFE.putShort(null, c.memoryBase + at, (short) value);
    }

    public static void i64Store8(int address, long value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit1) {
            c.outside(at, 1);
        }
        UNSAFE.putByte(null, c.memoryBase + at, (byte) value);
    }

    public static void i64Store16(int address, long value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit2) {
            c.outside(at, 2);
        }
        UNSAFE.putShort(null, c.memoryBase + at, (short) value);
    }

    public static void i64Store32(int address, long value, int offset, Context c) {
        long at = (address & 0xffffffffL) + (offset & 0xffffffffL);
        if (at > c.limit4) {
            c.outside(at, 4);
        }
        UNSAFE.putInt(null, c.memoryBase + at, (int) value);
    }
}
