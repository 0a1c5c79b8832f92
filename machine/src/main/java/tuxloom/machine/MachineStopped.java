package tuxloom.machine;

import tuxloom.engine.Unwind;

/** Unwinds a task whose machine has ended, through all guest code on its stack; no guest can catch it. */
public final class MachineStopped extends Unwind {
    private static final long serialVersionUID = 1;

    /** Makes one. */
    public MachineStopped() {
        super("the machine has ended");
    }
}
