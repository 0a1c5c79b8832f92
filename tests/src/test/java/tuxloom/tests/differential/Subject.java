package tuxloom.tests.differential;

import java.util.List;

/** An instance of a module in some engine. Belongs to one thread. */
interface Subject extends AutoCloseable {
    /** A call that this subject cannot compare, for instance because its engine lacks a feature. */
    final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsupported(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /**
     * Calls an exported function.
     *
     * @param arguments bits of the parameters
     */
    Outcome invoke(String export, Signature signature, List<Long> arguments);

    /** Size, contents and exported globals, as text that two engines agree on. */
    String state();

    @Override
    void close();
}
