package tuxloom.console;

import tuxloom.machine.Exit;

/** The exit statuses of the {@code tuxloom} command. A signal n ends the JVM with 128 + n without our doing. */
final class ExitStatus {
    static final int POWER_OFF = 0;
    static final int HOST_ERROR = 1;
    static final int RESET = 32;
    static final int POWER_CUT = 33;
    static final int PANIC = 34;
    static final int BAD_ARGUMENTS = 35;

    /** The status of a command whose reader went away: as if the signal SIGPIPE (13), which the JVM ignores, had ended it. */
    static final int BROKEN_PIPE = 128 + 13;

    private ExitStatus() {}

    static int of(Exit exit) {
        return switch (exit) {
            case POWER_OFF -> POWER_OFF;
            case RESET -> RESET;
            case PANIC -> PANIC;
            case HOST_ERROR -> HOST_ERROR;
        };
    }
}
