package tuxloom.engine;

/** A module cannot be instantiated: imports are missing or of the wrong type, or there is not enough memory. */
public final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LinkException(String message) {
        super(message);
    }

    LinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
