package tuxloom.tests.differential;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Choices that follow from a seed alone. */
final class Randomness {
    private static final long[] CORNERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        31,
        32,
        63,
        64,
        127,
        128,
        255,
        256,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final double[] FLOATS = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        1e10,
        -1e10,
        2147483647.0,
        2147483648.0,
        -2147483648.0,
        -2147483649.0,
        4294967295.0,
        4294967296.0,
        0x1p63,
        0x1p64,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN
    };

    private final RandomGenerator random;

    Randomness(long seed) {
        this(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    }

    Randomness(RandomGenerator random) {
        this.random = random;
    }

    /** Makes choices that follow from bytes, as long as there are any, and from their first ones afterwards. */
    static Randomness of(byte[] choices) {
        ByteBuffer bytes = ByteBuffer.wrap(choices);
        RandomGenerator rest = RandomGeneratorFactory.of("L64X128MixRandom")
                .create(choices.length < Long.BYTES ? choices.length : bytes.getLong());
        return new Randomness(new RandomGenerator() {
            @Override
            public int nextInt(int bound) {
                // Most choices are among few: one byte each keeps them apart for whoever changes bytes.
                return bytes.hasRemaining() && bound <= 256
                        ? (bytes.get() & 0xff) % bound
                        : RandomGenerator.super.nextInt(bound);
            }

            @Override
            public long nextLong() {
                return bytes.remaining() >= Long.BYTES ? bytes.getLong() : rest.nextLong();
            }
        });
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    int oneOf(int... choices) {
        return choices[below(choices.length)];
    }

    Kind kind() {
        return oneOf(List.of(Kind.I32, Kind.I32, Kind.I64, Kind.F32, Kind.F64));
    }

    /** Bits of a value, with a preference for those where errors hide. */
    long bits(Kind kind) {
        if (kind.isFloat() && !oneIn(4)) {
            double value = oneIn(3) ? random.nextGaussian() * 1000 : FLOATS[below(FLOATS.length)];
            return kind == Kind.F32 ? Float.floatToIntBits((float) value) : Double.doubleToLongBits(value);
        }
        if (kind.isFloat()) {
            return kind == Kind.F32 ? random.nextInt() : random.nextLong();
        }
        long value = oneIn(3) ? random.nextLong() : CORNERS[below(CORNERS.length)];
        return kind == Kind.I32 ? (int) value : value;
    }
}
