package tuxloom.engine;

/**
 * Instructions on vectors of 32-bit integers (core specification 4.3.2 and 4.4.3), on the 2 lanes of one half. Public only
 * because generated code calls these.
 */
public final class Lanes32 {
    private static final int WIDTH = 32;
    private static final long LANE = 0xffffffffL;
    private static final long ONES = 0x0000000100000001L;
    private static final long HIGH = 0x8000000080000000L;

    private Lanes32() {}

    public static long splat(int value) {
        return (value & LANE) * ONES;
    }

    public static int extract(long half, int lane) {
        return (int) (half >>> (lane * WIDTH));
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
        return (int) (((low >>> 31) & 1) | ((low >>> 62) & 2) | ((high >>> 29) & 4) | ((high >>> 60) & 8));
    }

    public static long multiply(long a, long b) {
        return ((a * b) & LANE) | ((a >>> 32) * (b >>> 32)) << 32;
    }
}
