package tuxloom.engine;

/**
 * Instructions on vectors of 64-bit integers, and on vectors without lanes (core specification 4.3.2 and 4.4.3), on one half
 * unless both are given. Public only because generated code calls these.
 */
public final class Lanes64 {
    private Lanes64() {}

    public static long not(long a) {
        return ~a;
    }

    public static long andNot(long a, long b) {
        return a & ~b;
    }

    public static long bitSelect(long a, long b, long mask) {
        return Swar.select(mask, a, b);
    }

    public static int anyTrue(long low, long high) {
        return (low | high) == 0 ? 0 : 1;
    }

    public static int allTrue(long low, long high) {
        return low != 0 && high != 0 ? 1 : 0;
    }

    public static int bitmask(long low, long high) {
        return (int) ((low >>> 63) | ((high >>> 62) & 2));
    }

    public static long splat(long value) {
        return value;
    }

    private static long mask(boolean condition) {
        return condition ? -1 : 0;
    }

    public static long equal(long a, long b) {
        return mask(a == b);
    }

    public static long notEqual(long a, long b) {
        return mask(a != b);
    }

    public static long lessSigned(long a, long b) {
        return mask(a < b);
    }

    public static long greaterSigned(long a, long b) {
        return mask(a > b);
    }

    public static long lessOrEqualSigned(long a, long b) {
        return mask(a <= b);
    }

    public static long greaterOrEqualSigned(long a, long b) {
        return mask(a >= b);
    }

    public static long absolute(long a) {
        return a < 0 ? -a : a;
    }

    public static long negate(long a) {
        return -a;
    }

    public static long add(long a, long b) {
        return a + b;
    }

    public static long subtract(long a, long b) {
        return a - b;
    }

    public static long multiply(long a, long b) {
        return a * b;
    }

    public static long shiftLeft(long a, int count) {
        return a << count;
    }

    public static long shiftRightSigned(long a, int count) {
        return a >> count;
    }

    public static long shiftRightUnsigned(long a, int count) {
        return a >>> count;
    }
}
