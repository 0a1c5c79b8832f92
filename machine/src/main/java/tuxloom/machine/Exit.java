package tuxloom.machine;

/** How a machine ended. */
public enum Exit {
    /** The guest switched itself off, or the host closed a running machine. */
    POWER_OFF,
    /** The guest asked to be started again. */
    RESET,
    /** The guest's kernel panicked or one of its kernel threads trapped. */
    PANIC,
    /** The host failed: a bug of ours, or a kernel that breaks the host ABI. */
    HOST_ERROR
}
