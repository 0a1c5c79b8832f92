package tuxloom.machine;

import java.util.function.Consumer;

/**
 * Where the host writes what its user should know about a machine. Called from any thread; a sink must not block on the guest.
 */
public interface HostLog {
    /** Writes one line (without its end) that every user should see. */
    void info(String line);

    /** Writes one line for somebody who looks for a fault; dropped unless asked for. */
    void debug(String line);

    /** Whether {@link #debug} goes anywhere; lets callers skip building expensive text. */
    boolean debugEnabled();

    /** Returns a log that drops everything. */
    static HostLog silent() {
        return of(line -> {}, false);
    }

    /**
     * Returns a log that gives every line to {@code sink}.
     *
     * @param verbose whether debug lines go there too
     */
    static HostLog of(Consumer<String> sink, boolean verbose) {
        return new HostLog() {
            @Override
            public void info(String line) {
                sink.accept(line);
            }

            @Override
            public void debug(String line) {
                if (verbose) {
                    sink.accept(line);
                }
            }

            @Override
            public boolean debugEnabled() {
                return verbose;
            }
        };
    }
}
