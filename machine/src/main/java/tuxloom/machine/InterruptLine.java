package tuxloom.machine;

/**
 * Raises one interrupt of the guest. Owned by the machine, called by devices.
 *
 * <p>May be called on any thread, at any time, also after the machine stopped (then it does nothing). It is cheap and
 * never blocks: a device calls it while the guest may be waiting for that very device (host ABI, section 7).
 */
@FunctionalInterface
public interface InterruptLine {
    /** Makes the interrupt pending. Raising it again before the guest took it has no further effect. */
    void raise();
}
