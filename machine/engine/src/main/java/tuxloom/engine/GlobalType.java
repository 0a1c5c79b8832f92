package tuxloom.engine;

/**
 * The type of a global (core specification 2.3.10).
 *
 * @param valueType type of the value
 * @param mutable whether the value may change
 */
public record GlobalType(ValueType valueType, boolean mutable) implements ExternType {}
