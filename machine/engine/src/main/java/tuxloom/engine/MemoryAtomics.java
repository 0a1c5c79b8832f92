package tuxloom.engine;

import jdk.internal.misc.Unsafe;

/**
 * Atomic memory instructions (threads proposal), called by compiled guest code. All are sequentially consistent. The
 * effective address {@code ea} is the unsigned sum of the guest's address and the instruction's offset. An access outside
 * the memory or not aligned to its width traps. Methods of width 8, 16 and 32 take the low bits of their operands and
 * return their result zero-extended to an int.
 */
public final class MemoryAtomics {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private MemoryAtomics() {}

    /** {@code atomic.fence}. */
    public static void fence() {
        UNSAFE.fullFence();
    }

    public static int load8(long ea, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getByteVolatile(null, memory.aligned(ea, Byte.BYTES)));
    }

    public static void store8(long ea, int value, Memory memory) {
        UNSAFE.putByteVolatile(null, memory.aligned(ea, Byte.BYTES), (byte) value);
    }

    public static int load16(long ea, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getShortVolatile(null, memory.aligned(ea, Short.BYTES)));
    }

    public static void store16(long ea, int value, Memory memory) {
        UNSAFE.putShortVolatile(null, memory.aligned(ea, Short.BYTES), (short) value);
    }

    public static int load32(long ea, Memory memory) {
        return UNSAFE.getIntVolatile(null, memory.aligned(ea, Integer.BYTES));
    }

    public static void store32(long ea, int value, Memory memory) {
        UNSAFE.putIntVolatile(null, memory.aligned(ea, Integer.BYTES), value);
    }

    public static long load64(long ea, Memory memory) {
        return UNSAFE.getLongVolatile(null, memory.aligned(ea, Long.BYTES));
    }

    public static void store64(long ea, long value, Memory memory) {
        UNSAFE.putLongVolatile(null, memory.aligned(ea, Long.BYTES), value);
    }

    public static int add8(long ea, int value, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getAndAddByte(null, memory.aligned(ea, Byte.BYTES), (byte) value));
    }

    public static int add16(long ea, int value, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getAndAddShort(null, memory.aligned(ea, Short.BYTES), (short) value));
    }

    public static int add32(long ea, int value, Memory memory) {
        return UNSAFE.getAndAddInt(null, memory.aligned(ea, Integer.BYTES), value);
    }

    public static long add64(long ea, long value, Memory memory) {
        return UNSAFE.getAndAddLong(null, memory.aligned(ea, Long.BYTES), value);
    }

    public static int sub8(long ea, int value, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getAndAddByte(null, memory.aligned(ea, Byte.BYTES), (byte) -value));
    }

    public static int sub16(long ea, int value, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getAndAddShort(null, memory.aligned(ea, Short.BYTES), (short) -value));
    }

    public static int sub32(long ea, int value, Memory memory) {
        return UNSAFE.getAndAddInt(null, memory.aligned(ea, Integer.BYTES), -value);
    }

    public static long sub64(long ea, long value, Memory memory) {
        return UNSAFE.getAndAddLong(null, memory.aligned(ea, Long.BYTES), -value);
    }

    public static int and8(long ea, int value, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getAndBitwiseAndByte(null, memory.aligned(ea, Byte.BYTES), (byte) value));
    }

    public static int and16(long ea, int value, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getAndBitwiseAndShort(null, memory.aligned(ea, Short.BYTES), (short) value));
    }

    public static int and32(long ea, int value, Memory memory) {
        return UNSAFE.getAndBitwiseAndInt(null, memory.aligned(ea, Integer.BYTES), value);
    }

    public static long and64(long ea, long value, Memory memory) {
        return UNSAFE.getAndBitwiseAndLong(null, memory.aligned(ea, Long.BYTES), value);
    }

    public static int or8(long ea, int value, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getAndBitwiseOrByte(null, memory.aligned(ea, Byte.BYTES), (byte) value));
    }

    public static int or16(long ea, int value, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getAndBitwiseOrShort(null, memory.aligned(ea, Short.BYTES), (short) value));
    }

    public static int or32(long ea, int value, Memory memory) {
        return UNSAFE.getAndBitwiseOrInt(null, memory.aligned(ea, Integer.BYTES), value);
    }

    public static long or64(long ea, long value, Memory memory) {
        return UNSAFE.getAndBitwiseOrLong(null, memory.aligned(ea, Long.BYTES), value);
    }

    public static int xor8(long ea, int value, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getAndBitwiseXorByte(null, memory.aligned(ea, Byte.BYTES), (byte) value));
    }

    public static int xor16(long ea, int value, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getAndBitwiseXorShort(null, memory.aligned(ea, Short.BYTES), (short) value));
    }

    public static int xor32(long ea, int value, Memory memory) {
        return UNSAFE.getAndBitwiseXorInt(null, memory.aligned(ea, Integer.BYTES), value);
    }

    public static long xor64(long ea, long value, Memory memory) {
        return UNSAFE.getAndBitwiseXorLong(null, memory.aligned(ea, Long.BYTES), value);
    }

    public static int exchange8(long ea, int value, Memory memory) {
        return Byte.toUnsignedInt(UNSAFE.getAndSetByte(null, memory.aligned(ea, Byte.BYTES), (byte) value));
    }

    public static int exchange16(long ea, int value, Memory memory) {
        return Short.toUnsignedInt(UNSAFE.getAndSetShort(null, memory.aligned(ea, Short.BYTES), (short) value));
    }

    public static int exchange32(long ea, int value, Memory memory) {
        return UNSAFE.getAndSetInt(null, memory.aligned(ea, Integer.BYTES), value);
    }

    public static long exchange64(long ea, long value, Memory memory) {
        return UNSAFE.getAndSetLong(null, memory.aligned(ea, Long.BYTES), value);
    }

    public static int compareExchange32(long ea, int expected, int replacement, Memory memory) {
        return UNSAFE.compareAndExchangeInt(null, memory.aligned(ea, Integer.BYTES), expected, replacement);
    }

    public static long compareExchange64(long ea, long expected, long replacement, Memory memory) {
        return UNSAFE.compareAndExchangeLong(null, memory.aligned(ea, Long.BYTES), expected, replacement);
    }

    /**
     * Narrow compare-exchange: {@code expected} is wrapped to the width before it is compared, as the threads proposal has it
     * since 2023.
     */
    public static long compareExchange8Narrow(long ea, long expected, long replacement, Memory memory) {
        return Byte.toUnsignedLong(UNSAFE.compareAndExchangeByte(
                null, memory.aligned(ea, Byte.BYTES), (byte) expected, (byte) replacement));
    }

    public static long compareExchange16Narrow(long ea, long expected, long replacement, Memory memory) {
        return Short.toUnsignedLong(UNSAFE.compareAndExchangeShort(
                null, memory.aligned(ea, Short.BYTES), (short) expected, (short) replacement));
    }

    public static long compareExchange32Narrow(long ea, long expected, long replacement, Memory memory) {
        return Integer.toUnsignedLong(UNSAFE.compareAndExchangeInt(
                null, memory.aligned(ea, Integer.BYTES), (int) expected, (int) replacement));
    }
}
