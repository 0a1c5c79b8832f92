package tuxloom.tests.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.Function;
import tuxloom.engine.V128;

/** Values of test scripts as the engine's boxed values, and what a script expects of results. */
final class Values {
    /** A reference that the script made up, by its number. */
    record HostReference(int number) {}

    private static final int F32_CANONICAL_NAN = 0x7FC0_0000;
    private static final long F64_CANONICAL_NAN = 0x7FF8_0000_0000_0000L;

    private Values() {}

    static @Nullable Object[] arguments(@Nullable List<Command.Value> values) {
        return values == null
                ? new Object[0]
                : values.stream().map(Values::argument).toArray();
    }

    private static @Nullable Object argument(Command.Value value) {
        if (value.type().equals("v128")) {
            return vector(value);
        }
        String text = text(value);
        return switch (value.type()) {
            case "i32" -> Integer.parseUnsignedInt(text);
            case "i64" -> Long.parseUnsignedLong(text);
            case "f32" -> Float.intBitsToFloat(Integer.parseUnsignedInt(text));
            case "f64" -> Double.longBitsToDouble(Long.parseUnsignedLong(text));
            case "externref", "funcref" -> text.equals("null") ? null : new HostReference(Integer.parseInt(text));
            default -> throw new UnsupportedOperationException("values of type " + value.type());
        };
    }

    /** Whether a result is what the script expects. */
    static boolean matches(Command.Value expected, @Nullable Object actual) {
        if (expected.type().equals("v128")) {
            return actual instanceof V128 v && matchesLanes(expected, v);
        }
        String text = text(expected);
        return switch (expected.type()) {
            case "i32" -> actual instanceof Integer i && i == Integer.parseUnsignedInt(text);
            case "i64" -> actual instanceof Long l && l == Long.parseUnsignedLong(text);
            case "f32" -> actual instanceof Float f && matchesF32(text, Float.floatToRawIntBits(f));
            case "f64" -> actual instanceof Double d && matchesF64(text, Double.doubleToRawLongBits(d));
            case "externref" ->
                text.equals("null") ? actual == null : new HostReference(Integer.parseInt(text)).equals(actual);
            case "funcref" -> text.equals("null") ? actual == null : actual instanceof Function;
            default -> throw new UnsupportedOperationException("values of type " + expected.type());
        };
    }

    private static int laneBits(Command.Value vector) {
        return Integer.parseInt(vector.required(vector.laneType(), "lane type").substring(1));
    }

    /** Bits of a lane, in the lowest bits; lanes count from 0 over both halves. */
    private static long lane(V128 vector, int bits, int lane) {
        int perHalf = 64 / bits;
        long half = lane < perHalf ? vector.low() : vector.high();
        return (half >>> (lane % perHalf * bits)) & laneMask(bits);
    }

    private static long laneMask(int bits) {
        return -1L >>> (64 - bits);
    }

    private static V128 vector(Command.Value value) {
        JsonNode lanes = value.required(value.value(), "lanes");
        int bits = laneBits(value);
        long[] halves = new long[2];
        for (int i = 0; i < lanes.size(); i++) {
            int bit = i * bits;
            halves[bit / 64] |= (Long.parseUnsignedLong(lanes.get(i).asText()) & laneMask(bits)) << bit % 64;
        }
        return new V128(halves[0], halves[1]);
    }

    private static boolean matchesLanes(Command.Value expected, V128 actual) {
        JsonNode lanes = expected.required(expected.value(), "lanes");
        String type = expected.required(expected.laneType(), "lane type");
        int bits = laneBits(expected);
        for (int i = 0; i < lanes.size(); i++) {
            String text = lanes.get(i).asText();
            long lane = lane(actual, bits, i);
            boolean equal = switch (type) {
                case "f32" -> matchesF32(text, (int) lane);
                case "f64" -> matchesF64(text, lane);
                default -> lane == (Long.parseUnsignedLong(text) & laneMask(bits));
            };
            if (!equal) {
                return false;
            }
        }
        return lanes.size() * bits == 128;
    }

    private static boolean matchesF32(String expected, int bits) {
        return switch (expected) {
            case "nan:canonical" -> (bits & Integer.MAX_VALUE) == F32_CANONICAL_NAN;
            case "nan:arithmetic" -> (bits & F32_CANONICAL_NAN) == F32_CANONICAL_NAN;
            default -> bits == Integer.parseUnsignedInt(expected);
        };
    }

    private static boolean matchesF64(String expected, long bits) {
        return switch (expected) {
            case "nan:canonical" -> (bits & Long.MAX_VALUE) == F64_CANONICAL_NAN;
            case "nan:arithmetic" -> (bits & F64_CANONICAL_NAN) == F64_CANONICAL_NAN;
            default -> bits == Long.parseUnsignedLong(expected);
        };
    }

    private static String text(Command.Value value) {
        if (value.value() == null) {
            throw new IllegalArgumentException("a value of type " + value.type() + " without bits");
        }
        return value.value().asText();
    }
}
