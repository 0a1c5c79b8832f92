package tuxloom.kernel;

import tuxloom.engine.Trap;
import tuxloom.engine.Unwind;

/** Why a stack with guest code on it is unwound by the host. No guest can catch these. */
final class Unwinds {
    private Unwinds() {}

    /** The kernel ended the worker: up to its outermost frame. */
    static final class WorkerHalted extends Unwind {
        private static final long serialVersionUID = 1;

        WorkerHalted() {
            super("the kernel halted this worker");
        }
    }

    /** An exec succeeded: up to {@code user.call}, which enters the new program. */
    static final class ProgramReplaced extends Unwind {
        private static final long serialVersionUID = 1;

        ProgramReplaced() {
            super("the program was replaced");
        }
    }

    /** The program trapped in a signal handler: up to {@code user.call}. */
    static final class ProgramTrapped extends Unwind {
        private static final long serialVersionUID = 1;

        ProgramTrapped() {
            super("the program trapped in a signal handler");
        }
    }

    /** A signal handler is over (generation B): up to the innermost {@code call_signal_handler}. */
    static final class SignalHandlerHalted extends Unwind {
        private static final long serialVersionUID = 1;

        SignalHandlerHalted() {
            super("the signal handler has ended");
        }
    }

    /** The kernel itself trapped below a program's frames, which must not look like the program's own trap. */
    static final class KernelTrapped extends Unwind {
        private static final long serialVersionUID = 1;

        private final transient Trap trap;

        KernelTrapped(Trap trap) {
            super("the kernel trapped");
            this.trap = trap;
        }

        Trap trap() {
            return trap;
        }
    }
}
