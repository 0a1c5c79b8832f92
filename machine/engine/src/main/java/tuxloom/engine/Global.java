package tuxloom.engine;

import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * A global variable that several instances or the host share (core specification 4.2.9). A mutable one may be used by
 * one thread at a time. The value of an instance's own global stays in the instance's context, where its code is fastest.
 */
public final class Global implements Extern {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final long BITS = UNSAFE.objectFieldOffset(Global.class, "bits");
    private static final long HIGH = UNSAFE.objectFieldOffset(Global.class, "high");
    private static final long REFERENCE = UNSAFE.objectFieldOffset(Global.class, "reference");

    private final GlobalType type;

    /** The object with the field that holds the value, and where in it that is. */
    private final Object holder;

    private final long offset;

    /** Where the second half of a vector is. */
    private final long highOffset;

    // Only reached by their offsets.
    @SuppressWarnings("unused")
    private long bits;

    @SuppressWarnings("unused")
    private long high;

    @SuppressWarnings("unused")
    private @Nullable Object reference;

    private Global(GlobalType type) {
        this.type = type;
        this.holder = this;
        this.offset = type.valueType().isReference() ? REFERENCE : BITS;
        this.highOffset = HIGH;
    }

    private Global(GlobalType type, Context holder, long offset, long highOffset) {
        this.type = type;
        this.holder = holder;
        this.offset = offset;
        this.highOffset = highOffset;
    }

    /**
     * Makes a global.
     *
     * @param type its type
     * @param value a boxed number, {@link V128}, {@link Function}, {@link WasmException}, host object or null, as the type
     *     demands
     * @throws IllegalArgumentException if the value is not of the type
     */
    public static Global of(GlobalType type, @Nullable Object value) {
        Global global = new Global(type);
        global.put(value);
        return global;
    }

    /** Returns the global whose value is the field of a context that begins at {@code offset}; a vector has two fields. */
    static Global of(GlobalType type, Context context, long offset, long highOffset) {
        return new Global(type, context, offset, highOffset);
    }

    /** Returns the method by which generated code reads values of a type from a {@link Global}. */
    static Member getter(ValueType type) {
        return GlobalMembers.GETTERS[type.number()];
    }

    static Member setter(ValueType type) {
        return GlobalMembers.SETTERS[type.number()];
    }

    @Override
    public GlobalType type() {
        return type;
    }

    /** Returns the value of an i32 global; of another one, nonsense. */
    public int getInt() {
        return UNSAFE.getInt(holder, offset);
    }

    /** Changes an i32 global, which must be mutable. */
    public void setInt(int value) {
        UNSAFE.putInt(holder, offset, value);
    }

    /** Returns the value of an i64 global; of another one, nonsense. */
    public long getLong() {
        return UNSAFE.getLong(holder, offset);
    }

    /** Changes an i64 global, which must be mutable. */
    public void setLong(long value) {
        UNSAFE.putLong(holder, offset, value);
    }

    /** Returns the value of an f32 global; of another one, nonsense. */
    public float getFloat() {
        return UNSAFE.getFloat(holder, offset);
    }

    /** Changes an f32 global, which must be mutable. */
    public void setFloat(float value) {
        UNSAFE.putFloat(holder, offset, value);
    }

    /** Returns the value of an f64 global; of another one, nonsense. */
    public double getDouble() {
        return UNSAFE.getDouble(holder, offset);
    }

    /** Changes an f64 global, which must be mutable. */
    public void setDouble(double value) {
        UNSAFE.putDouble(holder, offset, value);
    }

    /** Returns the second half of a v128 global, whose first half is {@link #getLong}; for generated code. */
    public long getHigh() {
        return UNSAFE.getLong(holder, highOffset);
    }

    /** Changes a v128 global; for generated code, which knows that it is one. */
    public void setVector(long low, long highHalf) {
        UNSAFE.putLong(holder, offset, low);
        UNSAFE.putLong(holder, highOffset, highHalf);
    }

    /** Returns the reference in a global of a reference type; for generated code. */
    public @Nullable Object getReference() {
        return UNSAFE.getReference(holder, offset);
    }

    /** Changes a global of a reference type; for generated code, which knows that the value fits. */
    public void setReference(@Nullable Object value) {
        UNSAFE.putReference(holder, offset, value);
    }

    /** Returns the value: a boxed number, a {@link V128}, a reference, or null. */
    public @Nullable Object get() {
        return switch (type.valueType()) {
            case I32 -> getInt();
            case I64 -> getLong();
            case F32 -> getFloat();
            case F64 -> getDouble();
            case V128 -> new V128(getLong(), getHigh());
            default -> getReference();
        };
    }

    /**
     * Changes the value.
     *
     * @throws IllegalStateException if it is immutable
     * @throws IllegalArgumentException if the value is not of the type
     */
    public void set(@Nullable Object value) {
        if (!type.mutable()) {
            throw new IllegalStateException("the global is immutable");
        }
        put(value);
    }

    private void put(@Nullable Object value) {
        Values.check(type.valueType(), value);
        switch (value) {
            case Integer i when type.valueType() == ValueType.I32 -> setInt(i);
            case Long l when type.valueType() == ValueType.I64 -> setLong(l);
            case Float f when type.valueType() == ValueType.F32 -> setFloat(f);
            case Double d when type.valueType() == ValueType.F64 -> setDouble(d);
            case V128 v when type.valueType() == ValueType.V128 -> setVector(v.low(), v.high());
            case null, default -> setReference(value);
        }
    }
}
