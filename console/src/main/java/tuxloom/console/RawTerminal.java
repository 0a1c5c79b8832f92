package tuxloom.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.jni.JniTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.InfoCmp;
import org.jline.utils.Signals;

/**
 * The terminal on stdin in raw mode: every key reaches the guest as it is, and the guest's own terminal driver does echo, line
 * editing and signals. Its owner, {@link InteractiveTerminal}, sees to it that calls do not overlap.
 */
final class RawTerminal {
    /** A name for which JLine needs to ask nobody: it would start a process to learn about sequences we never use. */
    private static final String TYPE = "tuxloom-raw";

    private final Terminal terminal;
    private final Attributes found;

    private RawTerminal(Terminal terminal) {
        this.terminal = terminal;
        this.found = terminal.getAttributes();
    }

    /**
     * Opens the terminal that stdin is; changes nothing yet. Takes 0.1 to 0.3 s on a cold JVM, so call it beside other work.
     *
     * @throws IOException if stdin is no terminal, or the host refuses to tell about it
     */
    static RawTerminal open() throws IOException {
        InfoCmp.setLoadedInfoCmp(TYPE, TYPE + "|bytes as they come,\n\tam,\n");
        // SIGINT, SIGTERM and SIGHUP stay with the JVM, whose shutdown hooks restore the terminal.
        var nativeSignals = false;
        return new RawTerminal(new JniTerminalProvider()
                .sysTerminal(
                        "tuxloom",
                        TYPE,
                        false,
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_8,
                        nativeSignals,
                        Terminal.SignalHandler.SIG_DFL,
                        false,
                        SystemStream.Output));
    }

    void enterRawMode() {
        terminal.setAttributes(raw(found));
    }

    /** Gives the terminal back as it was found. */
    void restore() {
        try {
            terminal.setAttributes(found);
        } catch (IllegalStateException e) {
            // A shutdown hook of JLine's closed the terminal first, which restores what was found too.
        }
    }

    /** Returns the window's size in characters; 0 where the terminal does not know. */
    Size size() {
        return terminal.getSize();
    }

    /** Calls {@code listener} on a thread of the JVM's whenever the window's size changes. */
    void onResize(Runnable listener) {
        Signals.register("WINCH", listener);
    }

    /** Calls {@code listener} on a thread of the JVM's whenever the process was stopped and goes on. */
    void onContinue(Runnable listener) {
        Signals.register("CONT", listener);
    }

    /** What cfmakeraw(3) does: no signals, no echo, no lines, no translation in either direction; a read waits for one byte. */
    static Attributes raw(Attributes from) {
        var raw = new Attributes(from);
        raw.setInputFlags(
                EnumSet.of(
                        InputFlag.IGNBRK,
                        InputFlag.BRKINT,
                        InputFlag.PARMRK,
                        InputFlag.ISTRIP,
                        InputFlag.INLCR,
                        InputFlag.IGNCR,
                        InputFlag.ICRNL,
                        InputFlag.IXON),
                false);
        raw.setOutputFlag(OutputFlag.OPOST, false);
        raw.setLocalFlags(
                EnumSet.of(LocalFlag.ECHO, LocalFlag.ECHONL, LocalFlag.ICANON, LocalFlag.ISIG, LocalFlag.IEXTEN),
                false);
        raw.setControlChar(ControlChar.VMIN, 1);
        raw.setControlChar(ControlChar.VTIME, 0);
        return raw;
    }
}
