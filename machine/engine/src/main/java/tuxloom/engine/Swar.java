package tuxloom.engine;

/**
 * Arithmetic on all lanes of a 64-bit word at once, for lanes of any width. {@code high} has the highest bit of each lane
 * set, {@code ones} the lowest. Small enough for the JIT compilers to inline, which makes those constants.
 */
final class Swar {
    private Swar() {}

    static long add(long a, long b, long high) {
        return ((a & ~high) + (b & ~high)) ^ ((a ^ b) & high);
    }

    static long subtract(long a, long b, long high) {
        return ((a | high) - (b & ~high)) ^ ((a ^ ~b) & high);
    }

    /** Fills each lane whose highest bit is set in {@code bits}; the others become zero. */
    static long fill(long bits, long high, int width) {
        long m = (bits & high) >>> (width - 1);
        return (m << width) - m;
    }

    static long select(long mask, long a, long b) {
        return b ^ ((a ^ b) & mask);
    }

    static long equal(long a, long b, long high, int width) {
        long x = a ^ b;
        return fill(~(((x & ~high) + ~high) | x), high, width);
    }

    /** The highest bits of the lanes in which {@code a} is below {@code b}, unsigned; the other bits are anything. */
    static long belowUnsigned(long a, long b, long high) {
        return (~a & b) | (~(a ^ b) & subtract(a, b, high));
    }

    static long belowSigned(long a, long b, long high) {
        return (a & ~b) | (~(a ^ b) & subtract(a, b, high));
    }

    static long addSaturatedSigned(long a, long b, long high, int width) {
        long sum = add(a, b, high);
        return saturate(sum, ~(a ^ b) & (a ^ sum), a, high, width);
    }

    static long subtractSaturatedSigned(long a, long b, long high, int width) {
        long difference = subtract(a, b, high);
        return saturate(difference, (a ^ b) & (a ^ difference), a, high, width);
    }

    /** Replaces lanes that overflowed by the largest number or, where {@code a} is negative, the smallest one. */
    private static long saturate(long result, long overflow, long a, long high, int width) {
        long limit = ((a & high) >>> (width - 1)) + ~high;
        return select(fill(overflow, high, width), limit, result);
    }

    static long addSaturatedUnsigned(long a, long b, long high, int width) {
        long sum = add(a, b, high);
        return sum | fill((a & b) | ((a | b) & ~sum), high, width);
    }

    static long subtractSaturatedUnsigned(long a, long b, long high, int width) {
        return subtract(a, b, high) & ~fill(belowUnsigned(a, b, high), high, width);
    }

    static long average(long a, long b, long high) {
        return (a | b) - (((a ^ b) >>> 1) & ~high);
    }

    static long absolute(long a, long high, int width) {
        long negative = fill(a, high, width);
        return subtract(a ^ negative, negative, high);
    }

    static long shiftLeft(long a, int count, long ones, long lane) {
        return (a << count) & (((lane << count) & lane) * ones);
    }

    static long shiftRightUnsigned(long a, int count, long ones, long lane) {
        return (a >>> count) & ((lane >>> count) * ones);
    }

    static long shiftRightSigned(long a, int count, long ones, long lane, long high) {
        long sign = high >>> count;
        return subtract(shiftRightUnsigned(a, count, ones, lane) ^ sign, sign, high);
    }

    static boolean hasZero(long a, long high) {
        return (~(((a & ~high) + ~high) | a) & high) != 0;
    }
}
