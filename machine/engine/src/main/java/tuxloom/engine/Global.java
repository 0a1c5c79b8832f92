package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * A global variable that several instances or the host share (core specification 4.2.9). A mutable one may be used by
 * one thread at a time.
 */
public final class Global implements Extern {
    private static final Member[] CELLS = new Member[ValueType.values().length];

    static {
        String owner = "tuxloom/engine/Global";
        for (ValueType type : ValueType.values()) {
            CELLS[type.number()] = switch (type) {
                case I32 -> Member.of(owner, "intValue", "I");
                case I64 -> Member.of(owner, "longValue", "J");
                case F32 -> Member.of(owner, "floatValue", "F");
                case F64 -> Member.of(owner, "doubleValue", "D");
                default -> Member.of(owner, "reference", "Ljava/lang/Object;");
            };
        }
    }

    private final GlobalType type;

    // One of these holds the value. Read and written by generated code.
    public int intValue;
    public long longValue;
    public float floatValue;
    public double doubleValue;
    public @Nullable Object reference;

    private Global(GlobalType type) {
        this.type = type;
    }

    /**
     * Makes a global.
     *
     * @param type its type
     * @param value a boxed number, {@link Function}, {@link WasmException}, host object or null, as the type demands
     * @throws IllegalArgumentException if the value is not of the type
     */
    public static Global of(GlobalType type, @Nullable Object value) {
        Global global = new Global(type);
        global.put(value);
        return global;
    }

    /** Returns the field that holds values of a type. */
    static Member cell(ValueType type) {
        return CELLS[type.number()];
    }

    @Override
    public GlobalType type() {
        return type;
    }

    /** Returns the value: a boxed number, a reference, or null. */
    public @Nullable Object get() {
        return switch (type.valueType()) {
            case I32 -> intValue;
            case I64 -> longValue;
            case F32 -> floatValue;
            case F64 -> doubleValue;
            default -> reference;
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
            case Integer i when type.valueType() == ValueType.I32 -> intValue = i;
            case Long l when type.valueType() == ValueType.I64 -> longValue = l;
            case Float f when type.valueType() == ValueType.F32 -> floatValue = f;
            case Double d when type.valueType() == ValueType.F64 -> doubleValue = d;
            case null, default -> reference = value;
        }
    }
}
