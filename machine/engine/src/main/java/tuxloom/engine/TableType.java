package tuxloom.engine;

/**
 * The type of a table (core specification 2.3.8).
 *
 * @param element type of the elements, a reference type
 * @param limits sizes in elements
 */
public record TableType(ValueType element, Limits limits) implements ExternType {
    /** Tables larger than this cannot be made, whatever their type allows. */
    static final int MAXIMUM_ELEMENTS = 10_000_000;
}
