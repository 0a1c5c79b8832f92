package tuxloom.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tuxloom.machine.HostLog;

/**
 * What the host and the early kernel say, on stderr. Early kernel messages would bury the start on a terminal: there they are kept, the
 * last 64 KiB of them, and shown only when the machine ends badly. In a file or a pipe, or when asked for, they are written at once.
 * Any thread may call; a line or a piece is written whole.
 */
final class HostMessages {
    private static final int KEPT_BYTES = 64 << 10;

    private final PrintStream stderr;
    private final boolean terminal;
    private final boolean verbose;
    private final boolean showEarly;
    private byte[] kept = new byte[4096];
    private int keptLength;
    private boolean middleOfLine;

    /**
     * Makes the sink.
     *
     * @param terminal whether {@code stderr} is a terminal, perhaps in raw mode: lines end with CR LF then
     * @param showEarly whether early kernel messages are written at once even on a terminal
     */
    HostMessages(OutputStream stderr, boolean terminal, boolean verbose, boolean showEarly) {
        this.stderr = new PrintStream(stderr, false, StandardCharsets.UTF_8);
        this.terminal = terminal;
        this.verbose = verbose;
        this.showEarly = showEarly || verbose || !terminal;
    }

    /** Writes a line for whoever asked for more, with the time since the launcher began. Phases of the start are told so. */
    void detail(String text) {
        if (verbose) {
            line(SinceLaunch.text() + text);
        }
    }

    /** A log whose lines come here. */
    HostLog log() {
        return new HostLog() {
            @Override
            public void info(String line) {
                HostMessages.this.line(line);
            }

            @Override
            public void debug(String line) {
                detail(line);
            }

            @Override
            public boolean debugEnabled() {
                return verbose;
            }
        };
    }

    /** Writes one line, or several, of the host. */
    synchronized void line(String text) {
        if (middleOfLine) {
            end();
        }
        text.lines().forEach(line -> {
            stderr.print("tuxloom: " + line);
            end();
        });
        stderr.flush();
    }

    /** Takes a piece of the early kernel's text. */
    synchronized void early(byte[] text, int length) {
        if (showEarly) {
            write(text, length);
            stderr.flush();
        } else {
            keep(text, length);
        }
    }

    /** Writes the early kernel messages that were kept, because the machine ended badly. */
    synchronized void showKept() {
        write(kept, keptLength);
        keptLength = 0;
        stderr.flush();
    }

    /** Drops the early kernel messages: the guest's own console works, so what goes wrong from now on shows there. */
    synchronized void forgetKept() {
        keptLength = 0;
    }

    private void keep(byte[] text, int length) {
        var fits = Math.min(length, KEPT_BYTES);
        var dropped = Math.max(0, keptLength + fits - KEPT_BYTES);
        System.arraycopy(kept, dropped, kept, 0, keptLength - dropped);
        keptLength -= dropped;
        if (keptLength + fits > kept.length) {
            kept = Arrays.copyOf(kept, Math.min(KEPT_BYTES, 2 * (keptLength + fits)));
        }
        System.arraycopy(text, length - fits, kept, keptLength, fits);
        keptLength += fits;
    }

    private void write(byte[] text, int length) {
        for (var i = 0; i < length; i++) {
            if (text[i] == '\n') {
                end();
            } else {
                stderr.write(text[i]);
                middleOfLine = true;
            }
        }
    }

    private void end() {
        if (terminal) {
            stderr.write('\r');
        }
        stderr.write('\n');
        middleOfLine = false;
    }
}
