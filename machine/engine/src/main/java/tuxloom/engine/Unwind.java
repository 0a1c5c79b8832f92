package tuxloom.engine;

/**
 * Thrown by the host to unwind a guest thread's whole stack, for instance because its task or machine ends. A guest can
 * never catch it. It carries no stack trace, so that throwing it is cheap.
 */
public abstract class Unwind extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what ends, for the unlikely case that somebody prints it */
    protected Unwind(String message) {
        super(message, null, false, false);
    }
}
