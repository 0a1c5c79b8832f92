package tuxloom.engine;

/** A function of the host with boxed values: simple and slow. {@link HostFunctions} is the fast way. */
@FunctionalInterface
public interface HostFunction {
    /**
     * Runs on the guest's thread.
     *
     * @param arguments one per parameter
     * @return one per result
     */
    @org.jspecify.annotations.Nullable
    Object[] call(@org.jspecify.annotations.Nullable Object[] arguments);
}
