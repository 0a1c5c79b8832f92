package tuxloom.console;

import java.io.PrintWriter;

/** The entry point of the {@code tuxloom} command. */
public final class Main {
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * Makes the command.
     *
     * @param out for help and version
     * @param err for the one line that says why the command failed
     */
    Main(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, System.out.charset());
        var err = new PrintWriter(System.err, true, System.err.charset());
        var status = new Main(out, err).run(args);
        StandardStreams.closeStdin();
        System.exit(status);
    }

    /** Runs the command and returns its exit status. The guest's console is on the process's own streams. */
    int run(String... args) {
        try {
            var plain = BootArguments.plain(args);
            return plain.isPresent()
                    ? new BootSession(BootCommand.plan(plain.get())).run()
                    : new ParsedCommand(out, err).run(args);
        } catch (CommandFailure e) {
            return refused(e);
        } catch (RuntimeException e) {
            // Not foreseen, so a bug of ours: its stack trace is what the user can report.
            err.println("tuxloom: this is a bug in tuxloom: " + e);
            e.printStackTrace(err);
            return ExitStatus.HOST_ERROR;
        }
    }

    private int refused(CommandFailure failure) {
        err.println("tuxloom: " + failure.line());
        return failure.status();
    }
}
