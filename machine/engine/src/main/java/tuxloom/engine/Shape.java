package tuxloom.engine;

import java.util.List;

/** A function or block type as validation wants it: types as ordinals of {@link ValueType}. */
@SuppressWarnings("ArrayRecordComponent")
record Shape(byte[] parameters, byte[] results) {
    private static final byte[] NONE = {};
    static final Shape EMPTY = new Shape(NONE, NONE);
    private static final Shape[] SINGLE = new Shape[ValueType.values().length];

    static {
        for (ValueType type : ValueType.values()) {
            SINGLE[type.number()] = new Shape(NONE, new byte[] {(byte) type.number()});
        }
    }

    static Shape resulting(ValueType type) {
        return SINGLE[type.number()];
    }

    static Shape of(FunctionType type) {
        return new Shape(ordinals(type.parameters()), ordinals(type.results()));
    }

    private static byte[] ordinals(List<ValueType> types) {
        byte[] ordinals = new byte[types.size()];
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = (byte) types.get(i).number();
        }
        return ordinals;
    }
}
