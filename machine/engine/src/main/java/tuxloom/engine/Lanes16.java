package tuxloom.engine;

/**
 * Instructions on vectors of 16-bit integers (core specification 4.3.2 and 4.4.3), on the 4 lanes of one half. Public only
 * because generated code calls these.
 */
public final class Lanes16 {
    private static final int WIDTH = 16;
    private static final long LANE = 0xffffL;
    private static final long ONES = 0x0001000100010001L;
    private static final long HIGH = 0x8000800080008000L;

    private Lanes16() {}

    public static long splat(int value) {
        return (value & LANE) * ONES;
    }

    public static int extractSigned(long half, int lane) {
        return (short) (half >>> (lane * WIDTH));
    }

    public static int extractUnsigned(long half, int lane) {
        return (int) ((half >>> (lane * WIDTH)) & LANE);
    }

    public static long replace(long half, int value, int lane) {
        int shift = lane * WIDTH;
        return (half & ~(LANE << shift)) | (value & LANE) << shift;
    }

    public static long equal(long a, long b) {
        return Swar.equal(a, b, HIGH, WIDTH);
    }

    public static long notEqual(long a, long b) {
        return ~Swar.equal(a, b, HIGH, WIDTH);
    }

    public static long lessSigned(long a, long b) {
        return Swar.fill(Swar.belowSigned(a, b, HIGH), HIGH, WIDTH);
    }

    public static long greaterSigned(long a, long b) {
        return lessSigned(b, a);
    }

    public static long lessOrEqualSigned(long a, long b) {
        return ~lessSigned(b, a);
    }

    public static long greaterOrEqualSigned(long a, long b) {
        return ~lessSigned(a, b);
    }

    public static long lessUnsigned(long a, long b) {
        return Swar.fill(Swar.belowUnsigned(a, b, HIGH), HIGH, WIDTH);
    }

    public static long greaterUnsigned(long a, long b) {
        return lessUnsigned(b, a);
    }

    public static long lessOrEqualUnsigned(long a, long b) {
        return ~lessUnsigned(b, a);
    }

    public static long greaterOrEqualUnsigned(long a, long b) {
        return ~lessUnsigned(a, b);
    }

    public static long absolute(long a) {
        return Swar.absolute(a, HIGH, WIDTH);
    }

    public static long negate(long a) {
        return Swar.subtract(0, a, HIGH);
    }

    public static long add(long a, long b) {
        return Swar.add(a, b, HIGH);
    }

    public static long subtract(long a, long b) {
        return Swar.subtract(a, b, HIGH);
    }

    public static long addSaturatedSigned(long a, long b) {
        return Swar.addSaturatedSigned(a, b, HIGH, WIDTH);
    }

    public static long addSaturatedUnsigned(long a, long b) {
        return Swar.addSaturatedUnsigned(a, b, HIGH, WIDTH);
    }

    public static long subtractSaturatedSigned(long a, long b) {
        return Swar.subtractSaturatedSigned(a, b, HIGH, WIDTH);
    }

    public static long subtractSaturatedUnsigned(long a, long b) {
        return Swar.subtractSaturatedUnsigned(a, b, HIGH, WIDTH);
    }

    public static long average(long a, long b) {
        return Swar.average(a, b, HIGH);
    }

    public static long minimumSigned(long a, long b) {
        return Swar.select(lessSigned(a, b), a, b);
    }

    public static long maximumSigned(long a, long b) {
        return Swar.select(lessSigned(a, b), b, a);
    }

    public static long minimumUnsigned(long a, long b) {
        return Swar.select(lessUnsigned(a, b), a, b);
    }

    public static long maximumUnsigned(long a, long b) {
        return Swar.select(lessUnsigned(a, b), b, a);
    }

    public static long shiftLeft(long a, int count) {
        return Swar.shiftLeft(a, count & (WIDTH - 1), ONES, LANE);
    }

    public static long shiftRightSigned(long a, int count) {
        return Swar.shiftRightSigned(a, count & (WIDTH - 1), ONES, LANE, HIGH);
    }

    public static long shiftRightUnsigned(long a, int count) {
        return Swar.shiftRightUnsigned(a, count & (WIDTH - 1), ONES, LANE);
    }

    public static int allTrue(long low, long high) {
        return Swar.hasZero(low, HIGH) || Swar.hasZero(high, HIGH) ? 0 : 1;
    }

    public static int bitmask(long low, long high) {
        return bits(low) | bits(high) << 4;
    }

    private static int bits(long half) {
        return (int) (((half >>> 15) & 1) | ((half >>> 30) & 2) | ((half >>> 45) & 4) | ((half >>> 60) & 8));
    }

    public static long multiply(long a, long b) {
        return ((a * b) & LANE)
                | (((a >>> 16) * (b >>> 16)) & LANE) << 16
                | (((a >>> 32) * (b >>> 32)) & LANE) << 32
                | ((a >>> 48) * (b >>> 48)) << 48;
    }

    /** Multiplies fixed-point numbers with 15 bits behind the point. */
    public static long multiplyQ15(long a, long b) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 16) {
            int product = ((short) (a >>> shift) * (short) (b >>> shift) + 0x4000) >> 15;
            result |= (Math.min(product, 0x7fff) & LANE) << shift;
        }
        return result;
    }
}
