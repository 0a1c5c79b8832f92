package tuxloom.engine;

/**
 * Instructions on vectors of 64-bit floating-point numbers (core specification 4.3.3), on one half. Public only because
 * generated code calls these.
 */
public final class LanesF64 {
    private LanesF64() {}

    private static double value(long half) {
        return Double.longBitsToDouble(half);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static long mask(boolean condition) {
        return condition ? -1 : 0;
    }

    public static long splat(double value) {
        return bits(value);
    }

    public static long absolute(long a) {
        return a & Long.MAX_VALUE;
    }

    public static long negate(long a) {
        return a ^ Long.MIN_VALUE;
    }

    public static long equal(long a, long b) {
        return mask(value(a) == value(b));
    }

    public static long notEqual(long a, long b) {
        return mask(value(a) != value(b));
    }

    public static long less(long a, long b) {
        return mask(value(a) < value(b));
    }

    public static long greater(long a, long b) {
        return mask(value(a) > value(b));
    }

    public static long lessOrEqual(long a, long b) {
        return mask(value(a) <= value(b));
    }

    public static long greaterOrEqual(long a, long b) {
        return mask(value(a) >= value(b));
    }

    public static long ceil(long a) {
        return bits(Numbers.f64Ceil(value(a)));
    }

    public static long floor(long a) {
        return bits(Numbers.f64Floor(value(a)));
    }

    public static long truncate(long a) {
        return bits(Numbers.f64Trunc(value(a)));
    }

    public static long nearest(long a) {
        return bits(Numbers.f64Nearest(value(a)));
    }

    public static long squareRoot(long a) {
        return bits(Numbers.f64Sqrt(value(a)));
    }

    public static long add(long a, long b) {
        return bits(value(a) + value(b));
    }

    public static long subtract(long a, long b) {
        return bits(value(a) - value(b));
    }

    public static long multiply(long a, long b) {
        return bits(value(a) * value(b));
    }

    public static long divide(long a, long b) {
        return bits(value(a) / value(b));
    }

    public static long minimum(long a, long b) {
        return bits(Numbers.f64Min(value(a), value(b)));
    }

    public static long maximum(long a, long b) {
        return bits(Numbers.f64Max(value(a), value(b)));
    }

    /** The second operand where it is less, else the first. */
    public static long pseudoMinimum(long a, long b) {
        return value(b) < value(a) ? b : a;
    }

    /** The second operand where it is greater, else the first. */
    public static long pseudoMaximum(long a, long b) {
        return value(a) < value(b) ? b : a;
    }

    /** Makes one half of two, with 32-bit integers. */
    public static long toIntSigned(long first, long second) {
        return ((int) value(first) & 0xffffffffL) | (long) (int) value(second) << 32;
    }

    public static long toIntUnsigned(long first, long second) {
        return (Conversions.i32TruncSatF64U(value(first)) & 0xffffffffL)
                | (long) Conversions.i32TruncSatF64U(value(second)) << 32;
    }

    /** Converts the integer in the lower 32 bits. */
    public static long ofIntSigned(long a) {
        return bits((int) a);
    }

    public static long ofIntUnsigned(long a) {
        return bits((double) (a & 0xffffffffL));
    }

    /** Converts the 32-bit number in the lower half. */
    public static long promote(long a) {
        return bits(Float.intBitsToFloat((int) a));
    }
}
