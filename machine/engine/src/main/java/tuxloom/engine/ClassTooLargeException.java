package tuxloom.engine;

/** Something exceeds what one class file or one JVM method can hold; the code must be divided differently. */
final class ClassTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClassTooLargeException(String what) {
        super(what, null, false, false);
    }
}
