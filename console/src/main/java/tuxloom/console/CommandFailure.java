package tuxloom.console;

/** Ends the command with one line for its user and an exit status; no stack trace is ever shown for it. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    private CommandFailure(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** What the user asked for cannot be done: status 35. */
    static CommandFailure badArgument(String message) {
        return new CommandFailure(ExitStatus.BAD_ARGUMENTS, message);
    }

    /** The host failed: status 1. */
    static CommandFailure hostError(String message) {
        return new CommandFailure(ExitStatus.HOST_ERROR, message);
    }

    int status() {
        return status;
    }

    /** The message on one line, whatever line ends its parts had. */
    String line() {
        return String.valueOf(getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
