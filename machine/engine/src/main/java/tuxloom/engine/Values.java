package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** Boxed wasm values, as the host passes them. */
final class Values {
    private Values() {}

    /** Refuses a value that is not of a type. */
    static void check(ValueType type, @Nullable Object value) {
        boolean fits = switch (type) {
            case I32 -> value instanceof Integer;
            case I64 -> value instanceof Long;
            case F32 -> value instanceof Float;
            case F64 -> value instanceof Double;
            case V128 -> value instanceof V128;
            case FUNCREF -> value == null || value instanceof Function;
            case EXTERNREF -> true;
            case EXNREF -> value == null || value instanceof WasmException;
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    (value == null ? "null" : value.getClass().getSimpleName()) + " given where " + type + " is due");
        }
    }
}
