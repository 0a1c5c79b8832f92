package tuxloom.kernel;

/**
 * A machine cannot be started because of what its user asked for: a kernel that is none, an initrd that does not fit, too little
 * memory. The message is one complete sentence for that user.
 */
public final class LinuxMachineException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message what was wrong and, where there is one, what to do */
    public LinuxMachineException(String message) {
        super(message);
    }

    LinuxMachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
