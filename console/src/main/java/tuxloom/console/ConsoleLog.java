package tuxloom.console;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A copy of what the guest's console prints, in a file ({@code --console-log}). Used by the thread that prints. */
final class ConsoleLog {
    private final Path path;
    private final FileOutputStream file;
    private final Consumer<String> messages;
    private boolean failed;

    private ConsoleLog(Path path, FileOutputStream file, Consumer<String> messages) {
        this.path = path;
        this.file = file;
        this.messages = messages;
    }

    /**
     * Makes the file, or empties it. It stays open until the process ends: everything is written at once.
     *
     * @throws CommandFailure (bad argument) if it cannot be written
     */
    static ConsoleLog open(Path path, Consumer<String> messages) {
        try {
            return new ConsoleLog(path, new FileOutputStream(path.toFile()), messages);
        } catch (IOException e) {
            throw CommandFailure.badArgument("--console-log " + e.getMessage());
        }
    }

    /** A full disk ends the copy with one message; the guest's output goes on. */
    void write(byte[] bytes, int length) {
        if (failed) {
            return;
        }
        try {
            file.write(bytes, 0, length);
        } catch (IOException e) {
            failed = true;
            messages.accept("--console-log " + path + " ends here: " + e.getMessage());
        }
    }
}
