package tuxloom.engine;

/**
 * A vector, as the host passes it.
 *
 * @param low the first 8 bytes, little-endian
 * @param high the other 8 bytes
 */
public record V128(long low, long high) {
    static final String DESCRIPTOR = V128.class.descriptorString();

    /** Makes a vector; for generated code. */
    public static V128 of(long low, long high) {
        return new V128(low, high);
    }
}
