package tuxloom.virtio;

/**
 * The guest's driver broke the rules of the ring or of the transport, so nothing it says can be trusted any more.
 *
 * <p>The device that meets one writes a line to the log and ignores the guest until the guest resets it. It never
 * reaches the embedder. The message carries the number that was wrong.
 */
final class DriverFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DriverFaultException(String message) {
        super(message);
    }
}
