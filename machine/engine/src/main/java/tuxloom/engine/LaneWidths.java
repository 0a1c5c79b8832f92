package tuxloom.engine;

/**
 * Vector instructions whose results have wider or narrower lanes than their operands (core specification 4.3.2). Those that
 * widen take the lower 32 bits of their arguments. Public only because generated code calls these.
 */
public final class LaneWidths {
    private static final long HIGH_16 = 0x8000800080008000L;

    private LaneWidths() {}

    public static long extend8Unsigned(long a) {
        long pairs = a & 0xffffffffL;
        pairs = (pairs | pairs << 16) & 0x0000ffff0000ffffL;
        return (pairs | pairs << 8) & 0x00ff00ff00ff00ffL;
    }

    public static long extend8Signed(long a) {
        return Swar.subtract(extend8Unsigned(a) ^ 0x0080008000800080L, 0x0080008000800080L, HIGH_16);
    }

    public static long extend16Unsigned(long a) {
        return (a & 0xffff) | (a & 0xffff0000L) << 16;
    }

    public static long extend16Signed(long a) {
        return ((short) a & 0xffffffffL) | (a << 32 >> 48) << 32;
    }

    public static long extend32Unsigned(long a) {
        return a & 0xffffffffL;
    }

    public static long extend32Signed(long a) {
        return (int) a;
    }

    public static long multiply8Signed(long a, long b) {
        return Lanes16.multiply(extend8Signed(a), extend8Signed(b));
    }

    public static long multiply8Unsigned(long a, long b) {
        return Lanes16.multiply(extend8Unsigned(a), extend8Unsigned(b));
    }

    public static long multiply16Signed(long a, long b) {
        return Lanes32.multiply(extend16Signed(a), extend16Signed(b));
    }

    public static long multiply16Unsigned(long a, long b) {
        return Lanes32.multiply(extend16Unsigned(a), extend16Unsigned(b));
    }

    public static long multiply32Signed(long a, long b) {
        return (long) (int) a * (int) b;
    }

    public static long multiply32Unsigned(long a, long b) {
        return (a & 0xffffffffL) * (b & 0xffffffffL);
    }

    /** Adds neighbouring lanes. */
    public static long addPairs8Signed(long a) {
        return Lanes16.add(Lanes16.shiftRightSigned(Lanes16.shiftLeft(a, 8), 8), Lanes16.shiftRightSigned(a, 8));
    }

    public static long addPairs8Unsigned(long a) {
        return (a & 0x00ff00ff00ff00ffL) + ((a >>> 8) & 0x00ff00ff00ff00ffL);
    }

    public static long addPairs16Signed(long a) {
        return (((short) a + (short) (a >>> 16)) & 0xffffffffL) | (long) ((short) (a >>> 32) + (int) (a >> 48)) << 32;
    }

    public static long addPairs16Unsigned(long a) {
        return (a & 0x0000ffff0000ffffL) + ((a >>> 16) & 0x0000ffff0000ffffL);
    }

    public static long dot16Signed(long a, long b) {
        int low = (short) a * (short) b + (short) (a >>> 16) * (short) (b >>> 16);
        int high = (short) (a >>> 32) * (short) (b >>> 32) + (int) (a >> 48) * (int) (b >> 48);
        return (low & 0xffffffffL) | (long) high << 32;
    }

    /** Makes one half of two, clamping each lane. */
    public static long narrow16Signed(long low, long high) {
        return narrow16(low, -128, 127) | narrow16(high, -128, 127) << 32;
    }

    public static long narrow16Unsigned(long low, long high) {
        return narrow16(low, 0, 255) | narrow16(high, 0, 255) << 32;
    }

    private static long narrow16(long half, int smallest, int largest) {
        long result = 0;
        for (int lane = 0; lane < 4; lane++) {
            long value = Math.clamp((short) (half >>> (lane * 16)), smallest, largest) & 0xff;
            result |= value << (lane * 8);
        }
        return result;
    }

    public static long narrow32Signed(long low, long high) {
        return narrow32(low, -32768, 32767) | narrow32(high, -32768, 32767) << 32;
    }

    public static long narrow32Unsigned(long low, long high) {
        return narrow32(low, 0, 65535) | narrow32(high, 0, 65535) << 32;
    }

    private static long narrow32(long half, int smallest, int largest) {
        int first = (int) half;
        int second = (int) (half >> 32);
        return (Math.clamp(first, smallest, largest) & 0xffffL)
                | (Math.clamp(second, smallest, largest) & 0xffffL) << 16;
    }
}
