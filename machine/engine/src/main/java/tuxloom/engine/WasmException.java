package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** An exception thrown by guest code. The only throwable that guest code can catch. Carries no stack trace. */
public final class WasmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Read by generated code. */
    @SuppressWarnings("serial")
    public final transient Tag tag;

    /** The values, bundled, or null when there are none. Read by generated code. */
    public final transient @Nullable Object payload;

    private WasmException(Tag tag, @Nullable Object payload) {
        super("wasm exception", null, false, false);
        this.tag = tag;
        this.payload = payload;
    }

    /** Makes an exception; for generated code. */
    public static WasmException make(@Nullable Object payload, Tag tag) {
        return new WasmException(tag, payload);
    }

    /** Checks the operand of {@code throw_ref}; for generated code. */
    public static WasmException notNull(@Nullable WasmException exception) {
        if (exception == null) {
            throw new Trap(Trap.Kind.NULL_REFERENCE);
        }
        return exception;
    }

    /** Returns the tag that it was thrown with. */
    public Tag tag() {
        return tag;
    }

    /** Returns the values that it was thrown with, boxed. */
    public Object[] values() {
        return payload instanceof Bundle values ? values.toArray() : new Object[0];
    }
}
