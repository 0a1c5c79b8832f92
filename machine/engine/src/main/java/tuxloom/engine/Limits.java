package tuxloom.engine;

import java.util.OptionalLong;

/**
 * Size limits of a memory (in 64-KiB pages) or a table (in elements), WebAssembly 2.0, section 2.3.8.
 *
 * @param minimum size at the start, unsigned 32-bit
 * @param maximum size that growth never exceeds; absent when the type names none
 */
public record Limits(long minimum, OptionalLong maximum) {
    /** Limits with a maximum. */
    public static Limits of(long minimum, long maximum) {
        return new Limits(minimum, OptionalLong.of(maximum));
    }

    /** Limits without a maximum. */
    public static Limits atLeast(long minimum) {
        return new Limits(minimum, OptionalLong.empty());
    }

    /** Whether something with these limits may be imported where {@code required} is asked for (section 3.2.8). */
    public boolean matches(Limits required) {
        if (minimum < required.minimum) {
            return false;
        }
        if (required.maximum.isEmpty()) {
            return true;
        }
        return maximum.isPresent() && maximum.getAsLong() <= required.maximum.getAsLong();
    }
}
