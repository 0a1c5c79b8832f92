package tuxloom.machine;

/**
 * The guest named memory that it does not have, or that is not aligned as the access demands.
 *
 * <p>The guest is wrong, so the guest suffers: the device, request or process that named the address fails, the
 * machine goes on. The message carries the address and the length.
 */
public final class GuestFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the fault.
     *
     * @param message one line that names the address and length that were wrong
     */
    public GuestFaultException(String message) {
        super(message);
    }
}
