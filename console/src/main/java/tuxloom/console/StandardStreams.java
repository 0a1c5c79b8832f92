package tuxloom.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a standard stream of this process is a terminal, without starting a terminal library to find out. */
final class StandardStreams {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private StandardStreams() {}

    static boolean stdinIsTerminal() {
        return isTerminal(0);
    }

    static boolean stderrIsTerminal() {
        return isTerminal(2);
    }

    /** Linux shows what a descriptor refers to as a link. Where it does not, the stream counts as a pipe. */
    private static boolean isTerminal(int descriptor) {
        try {
            return isTerminalName(Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)))
                    .toString());
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    static boolean isTerminalName(String target) {
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }
}
