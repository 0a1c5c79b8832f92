package tuxloom.console;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The standard streams of this process: standard input, and which of them are terminals, without starting a terminal library to find out. */
final class StandardStreams {
    private static final FileChannel STDIN = new FileInputStream(FileDescriptor.in).getChannel();

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private StandardStreams() {}

    /** Returns standard input, without a buffer. */
    static InputStream stdin() {
        return Channels.newInputStream(STDIN);
    }

    /** Ends a read of {@link #stdin} that waits, for good: the JVM's own end would wait 0.3 s for a thread in it. */
    static void closeStdin() {
        try {
            STDIN.close();
        } catch (IOException e) {
            // The process ends, which closes it as well.
        }
    }

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
