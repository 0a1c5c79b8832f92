package tuxloom.engine;

/**
 * Conversions between integers and floats that the JVM has no instruction for (core specification 4.3.4). Generated code
 * calls these.
 */
public final class Conversions {
    private static final float TWO_63_F = 0x1p63f;
    private static final double TWO_63 = 0x1p63;

    private Conversions() {}

    private static Trap notTruncatable(boolean nan) {
        return new Trap(nan ? Trap.Kind.INVALID_CONVERSION : Trap.Kind.INTEGER_OVERFLOW);
    }

    public static int i32TruncF32S(float a) {
        if (a >= -0x1p31f && a < 0x1p31f) {
            return (int) a;
        }
        throw notTruncatable(Float.isNaN(a));
    }

    public static int i32TruncF32U(float a) {
        if (a > -1f && a < 0x1p32f) {
            return (int) (long) a;
        }
        throw notTruncatable(Float.isNaN(a));
    }

    public static int i32TruncF64S(double a) {
        if (a > -0x1.00000002p31 && a < 0x1p31) {
            return (int) a;
        }
        throw notTruncatable(Double.isNaN(a));
    }

    public static int i32TruncF64U(double a) {
        if (a > -1d && a < 0x1p32) {
            return (int) (long) a;
        }
        throw notTruncatable(Double.isNaN(a));
    }

    public static long i64TruncF32S(float a) {
        if (a >= -0x1p63f && a < 0x1p63f) {
            return (long) a;
        }
        throw notTruncatable(Float.isNaN(a));
    }

    public static long i64TruncF32U(float a) {
        if (a > -1f && a < 0x1p64f) {
            return unsigned(a);
        }
        throw notTruncatable(Float.isNaN(a));
    }

    public static long i64TruncF64S(double a) {
        if (a >= -0x1p63 && a < 0x1p63) {
            return (long) a;
        }
        throw notTruncatable(Double.isNaN(a));
    }

    public static long i64TruncF64U(double a) {
        if (a > -1d && a < 0x1p64) {
            return unsigned(a);
        }
        throw notTruncatable(Double.isNaN(a));
    }

    private static long unsigned(float a) {
        return a < TWO_63_F ? (long) a : (long) (a - TWO_63_F) ^ Long.MIN_VALUE;
    }

    private static long unsigned(double a) {
        return a < TWO_63 ? (long) a : (long) (a - TWO_63) ^ Long.MIN_VALUE;
    }

    public static float f32ConvertI32U(int a) {
        return (float) (a & 0xffffffffL);
    }

    public static double f64ConvertI32U(int a) {
        return (double) (a & 0xffffffffL);
    }

    public static float f32ConvertI64U(long a) {
        // Halving keeps a sticky last bit, so that rounding sees what was shifted out.
        return a >= 0 ? (float) a : (float) ((a >>> 1) | (a & 1)) * 2f;
    }

    public static double f64ConvertI64U(long a) {
        return a >= 0 ? (double) a : (double) ((a >>> 1) | (a & 1)) * 2d;
    }

    public static int i32TruncSatF32U(float a) {
        return a >= 0x1p32f ? -1 : (int) Math.max(0L, (long) a);
    }

    public static long i64TruncSatF32U(float a) {
        return a >= 0x1p64f ? -1L : a > 0 ? unsigned(a) : 0L;
    }

    public static int i32TruncSatF64U(double a) {
        return a >= 0x1p32 ? -1 : (int) Math.max(0L, (long) a);
    }

    public static long i64TruncSatF64U(double a) {
        return a >= 0x1p64 ? -1L : a > 0 ? unsigned(a) : 0L;
    }
}
