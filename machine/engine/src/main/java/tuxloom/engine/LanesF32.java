package tuxloom.engine;

/**
 * Instructions on vectors of 32-bit floating-point numbers (core specification 4.3.3), on one half. Public only because
 * generated code calls these.
 */
public final class LanesF32 {
    private LanesF32() {}

    private static float low(long half) {
        return Float.intBitsToFloat((int) half);
    }

    private static float high(long half) {
        return Float.intBitsToFloat((int) (half >>> 32));
    }

    private static long pair(float low, float high) {
        return pair(Float.floatToRawIntBits(low), Float.floatToRawIntBits(high));
    }

    private static long pair(int low, int high) {
        return (low & 0xffffffffL) | (long) high << 32;
    }

    private static long mask(boolean low, boolean high) {
        return (low ? 0xffffffffL : 0) | (high ? 0xffffffffL << 32 : 0);
    }

    public static long splat(float value) {
        return pair(value, value);
    }

    public static float extract(long half, int lane) {
        return Float.intBitsToFloat((int) (half >>> (lane * 32)));
    }

    public static long replace(long half, float value, int lane) {
        return Lanes32.replace(half, Float.floatToRawIntBits(value), lane);
    }

    public static long absolute(long a) {
        return a & 0x7fffffff7fffffffL;
    }

    public static long negate(long a) {
        return a ^ 0x8000000080000000L;
    }

    public static long equal(long a, long b) {
        return mask(low(a) == low(b), high(a) == high(b));
    }

    public static long notEqual(long a, long b) {
        return mask(low(a) != low(b), high(a) != high(b));
    }

    public static long less(long a, long b) {
        return mask(low(a) < low(b), high(a) < high(b));
    }

    public static long greater(long a, long b) {
        return mask(low(a) > low(b), high(a) > high(b));
    }

    public static long lessOrEqual(long a, long b) {
        return mask(low(a) <= low(b), high(a) <= high(b));
    }

    public static long greaterOrEqual(long a, long b) {
        return mask(low(a) >= low(b), high(a) >= high(b));
    }

    public static long ceil(long a) {
        return pair(Numbers.f32Ceil(low(a)), Numbers.f32Ceil(high(a)));
    }

    public static long floor(long a) {
        return pair(Numbers.f32Floor(low(a)), Numbers.f32Floor(high(a)));
    }

    public static long truncate(long a) {
        return pair(Numbers.f32Trunc(low(a)), Numbers.f32Trunc(high(a)));
    }

    public static long nearest(long a) {
        return pair(Numbers.f32Nearest(low(a)), Numbers.f32Nearest(high(a)));
    }

    public static long squareRoot(long a) {
        return pair(Numbers.f32Sqrt(low(a)), Numbers.f32Sqrt(high(a)));
    }

    public static long add(long a, long b) {
        return pair(low(a) + low(b), high(a) + high(b));
    }

    public static long subtract(long a, long b) {
        return pair(low(a) - low(b), high(a) - high(b));
    }

    public static long multiply(long a, long b) {
        return pair(low(a) * low(b), high(a) * high(b));
    }

    public static long divide(long a, long b) {
        return pair(low(a) / low(b), high(a) / high(b));
    }

    public static long minimum(long a, long b) {
        return pair(Numbers.f32Min(low(a), low(b)), Numbers.f32Min(high(a), high(b)));
    }

    public static long maximum(long a, long b) {
        return pair(Numbers.f32Max(low(a), low(b)), Numbers.f32Max(high(a), high(b)));
    }

    /** The second operand where it is less, else the first. */
    public static long pseudoMinimum(long a, long b) {
        return Swar.select(less(b, a), b, a);
    }

    /** The second operand where it is greater, else the first. */
    public static long pseudoMaximum(long a, long b) {
        return Swar.select(less(a, b), b, a);
    }

    public static long toIntSigned(long a) {
        return pair((int) low(a), (int) high(a));
    }

    public static long toIntUnsigned(long a) {
        return pair(Conversions.i32TruncSatF32U(low(a)), Conversions.i32TruncSatF32U(high(a)));
    }

    public static long ofIntSigned(long a) {
        return pair((float) (int) a, (float) (int) (a >>> 32));
    }

    public static long ofIntUnsigned(long a) {
        return pair((float) (a & 0xffffffffL), (float) (a >>> 32));
    }

    /** Makes two of these numbers of two of 64 bits. */
    public static long demote(long first, long second) {
        return pair((float) Double.longBitsToDouble(first), (float) Double.longBitsToDouble(second));
    }
}
