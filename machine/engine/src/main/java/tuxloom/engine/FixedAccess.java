package tuxloom.engine;

import jdk.internal.misc.Unsafe;

/**
 * Loads and stores of linear memory (core specification 4.4.7) at an address that the code itself says, inside of the smallest memory
 * that the module may have ({@link ModuleData#isFixed}). A memory never shrinks, so there is nothing to check. Generated code calls
 * these, as it does {@link MemoryAccess}.
 */
public final class FixedAccess {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private FixedAccess() {}

    public static int i32Load(int address, int offset, Context c) {
        return UNSAFE.getInt(null, c.memoryBase + (address + offset));
    }

    public static long i64Load(int address, int offset, Context c) {
        return UNSAFE.getLong(null, c.memoryBase + (address + offset));
    }

    public static float f32Load(int address, int offset, Context c) {
        return UNSAFE.getFloat(null, c.memoryBase + (address + offset));
    }

    public static double f64Load(int address, int offset, Context c) {
        return UNSAFE.getDouble(null, c.memoryBase + (address + offset));
    }

    public static int i32Load8S(int address, int offset, Context c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset));
    }

    public static int i32Load8U(int address, int offset, Context c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset)) & 0xff;
    }

    public static int i32Load16S(int address, int offset, Context c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset));
    }

    public static int i32Load16U(int address, int offset, Context c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset)) & 0xffff;
    }

    public static long i64Load8S(int address, int offset, Context c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset));
    }

    public static long i64Load8U(int address, int offset, Context c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset)) & 0xffL;
    }

    public static long i64Load16S(int address, int offset, Context c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset));
    }

    public static long i64Load16U(int address, int offset, Context c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset)) & 0xffffL;
    }

    public static long i64Load32S(int address, int offset, Context c) {
        return UNSAFE.getInt(null, c.memoryBase + (address + offset));
    }

    public static long i64Load32U(int address, int offset, Context c) {
        return UNSAFE.getInt(null, c.memoryBase + (address + offset)) & 0xffffffffL;
    }

    public static void i32Store(int address, int value, int offset, Context c) {
        UNSAFE.putInt(null, c.memoryBase + (address + offset), value);
    }

    public static void i64Store(int address, long value, int offset, Context c) {
        UNSAFE.putLong(null, c.memoryBase + (address + offset), value);
    }

    public static void f32Store(int address, float value, int offset, Context c) {
        UNSAFE.putFloat(null, c.memoryBase + (address + offset), value);
    }

    public static void f64Store(int address, double value, int offset, Context c) {
        UNSAFE.putDouble(null, c.memoryBase + (address + offset), value);
    }

    public static void i32Store8(int address, int value, int offset, Context c) {
        UNSAFE.putByte(null, c.memoryBase + (address + offset), (byte) value);
    }

    public static void i32Store16(int address, int value, int offset, Context c) {
        UNSAFE.putShort(null, c.memoryBase + (address + offset), (short) value);
    }

    public static void i64Store8(int address, long value, int offset, Context c) {
        UNSAFE.putByte(null, c.memoryBase + (address + offset), (byte) value);
    }

    public static void i64Store16(int address, long value, int offset, Context c) {
        UNSAFE.putShort(null, c.memoryBase + (address + offset), (short) value);
    }

    public static void i64Store32(int address, long value, int offset, Context c) {
        UNSAFE.putInt(null, c.memoryBase + (address + offset), (int) value);
    }
}
