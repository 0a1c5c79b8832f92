package tuxloom.access;

import jdk.internal.misc.Unsafe;
import jdk.internal.vm.annotation.ForceInline;

/**
 * Loads and stores of linear memory (core specification 4.4.7) at an address that the code itself says, inside of the smallest memory
 * that the module may have. A memory never shrinks, so there is nothing to check. Generated code calls
 * these, as it does {@link MemoryAccess}.
 */
public final class FixedAccess {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private FixedAccess() {}

    @ForceInline
    public static int i32Load(int address, int offset, NearMemory c) {
        return UNSAFE.getInt(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static long i64Load(int address, int offset, NearMemory c) {
        return UNSAFE.getLong(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static float f32Load(int address, int offset, NearMemory c) {
        return UNSAFE.getFloat(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static double f64Load(int address, int offset, NearMemory c) {
        return UNSAFE.getDouble(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static int i32Load8S(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static int i32Load8U(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset)) & 0xff;
    }

    @ForceInline
    public static int i32Load16S(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static int i32Load16U(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset)) & 0xffff;
    }

    @ForceInline
    public static long i64Load8S(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static long i64Load8U(int address, int offset, NearMemory c) {
        return UNSAFE.getByte(null, c.memoryBase + (address + offset)) & 0xffL;
    }

    @ForceInline
    public static long i64Load16S(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static long i64Load16U(int address, int offset, NearMemory c) {
        return UNSAFE.getShort(null, c.memoryBase + (address + offset)) & 0xffffL;
    }

    @ForceInline
    public static long i64Load32S(int address, int offset, NearMemory c) {
        return UNSAFE.getInt(null, c.memoryBase + (address + offset));
    }

    @ForceInline
    public static long i64Load32U(int address, int offset, NearMemory c) {
        return UNSAFE.getInt(null, c.memoryBase + (address + offset)) & 0xffffffffL;
    }

    @ForceInline
    public static void i32Store(int address, int value, int offset, NearMemory c) {
        UNSAFE.putInt(null, c.memoryBase + (address + offset), value);
    }

    @ForceInline
    public static void i64Store(int address, long value, int offset, NearMemory c) {
        UNSAFE.putLong(null, c.memoryBase + (address + offset), value);
    }

    @ForceInline
    public static void f32Store(int address, float value, int offset, NearMemory c) {
        UNSAFE.putFloat(null, c.memoryBase + (address + offset), value);
    }

    @ForceInline
    public static void f64Store(int address, double value, int offset, NearMemory c) {
        UNSAFE.putDouble(null, c.memoryBase + (address + offset), value);
    }

    @ForceInline
    public static void i32Store8(int address, int value, int offset, NearMemory c) {
        UNSAFE.putByte(null, c.memoryBase + (address + offset), (byte) value);
    }

    @ForceInline
    public static void i32Store16(int address, int value, int offset, NearMemory c) {
        UNSAFE.putShort(null, c.memoryBase + (address + offset), (short) value);
    }

    @ForceInline
    public static void i64Store8(int address, long value, int offset, NearMemory c) {
        UNSAFE.putByte(null, c.memoryBase + (address + offset), (byte) value);
    }

    @ForceInline
    public static void i64Store16(int address, long value, int offset, NearMemory c) {
        UNSAFE.putShort(null, c.memoryBase + (address + offset), (short) value);
    }

    @ForceInline
    public static void i64Store32(int address, long value, int offset, NearMemory c) {
        UNSAFE.putInt(null, c.memoryBase + (address + offset), (int) value);
    }
}
