package tuxloom.engine;

/**
 * Instructions on vectors of 8-bit integers (core specification 4.3.2 and 4.4.3), on the 8 lanes of one half. Public only
 * because generated code calls these.
 */
public final class Lanes8 {
    private static final int WIDTH = 8;
    private static final long LANE = 0xffL;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private Lanes8() {}

    public static long splat(int value) {
        return (value & LANE) * ONES;
    }

    public static int extractSigned(long half, int lane) {
        return (byte) (half >>> (lane * WIDTH));
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
        return bits(low) | bits(high) << 8;
    }

    /** Gathers the highest bits: the products of bit 8i and 2 to the 7k are all different, and bit 56 + i comes of i. */
    private static int bits(long half) {
        return (int) ((((half & HIGH) >>> 7) * 0x0102040810204080L) >>> 56);
    }

    public static long countBits(long a) {
        long pairs = a - ((a >>> 1) & 0x5555555555555555L);
        long fours = (pairs & 0x3333333333333333L) + ((pairs >>> 2) & 0x3333333333333333L);
        return (fours + (fours >>> 4)) & 0x0f0f0f0f0f0f0f0fL;
    }

    /** Takes bytes of a whole vector, by the indices in one half of another; those from 16 on yield zero. */
    public static long swizzle(long low, long high, long indices) {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            int index = (int) (indices >>> shift) & 0xff;
            if (index < 16) {
                result |= (((index < 8 ? low : high) >>> (index * 8)) & 0xff) << shift;
            }
        }
        return result;
    }
}
