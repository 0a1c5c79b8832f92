package tuxloom.console;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.ConsoleDevice;

/**
 * Brings the terminal on stdin into raw mode beside the start of the machine, tells the guest the window's size, and gives the
 * terminal back at the end, whichever way the process ends: the machine's end, an exception, or a signal (a shutdown hook).
 */
final class InteractiveTerminal {
    private final HostMessages messages;
    private @Nullable RawTerminal terminal;
    private boolean restored;

    InteractiveTerminal(HostMessages messages) {
        this.messages = messages;
        Runtime.getRuntime().addShutdownHook(new Thread(this::restore, "restore-terminal"));
    }

    /** Opens the terminal on a thread of its own and then starts the keyboard. */
    void start(Keyboard keyboard, ConsoleDevice console) {
        Thread.ofPlatform().name("terminal").daemon().start(() -> {
            try {
                attach(RawTerminal.open(), console);
            } catch (IOException | RuntimeException e) {
                messages.line("the terminal stays in line mode: " + e);
            }
            keyboard.start();
        });
    }

    /** Gives the terminal back as it was found, also when it is still being opened. Any thread, any number of times. */
    synchronized void restore() {
        if (!restored && terminal != null) {
            terminal.restore();
        }
        restored = true;
    }

    private void attach(RawTerminal opened, ConsoleDevice console) {
        if (!use(opened)) {
            return;
        }
        resize(opened, console);
        opened.onResize(() -> resize(opened, console));
        opened.onContinue(this::rawAgain);
    }

    private synchronized boolean use(RawTerminal opened) {
        if (!restored) {
            terminal = opened;
            opened.enterRawMode();
        }
        return !restored;
    }

    /** The process was stopped and goes on: the shell has set the terminal to a mode of its own meanwhile. */
    private synchronized void rawAgain() {
        if (!restored && terminal != null) {
            terminal.enterRawMode();
        }
    }

    private static void resize(RawTerminal from, ConsoleDevice console) {
        var size = from.size();
        if (size.getColumns() > 0 && size.getRows() > 0) {
            console.resize(size.getColumns(), size.getRows());
        }
    }
}
