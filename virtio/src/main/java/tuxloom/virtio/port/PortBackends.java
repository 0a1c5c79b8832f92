package tuxloom.virtio.port;

import java.io.IOException;
import java.nio.file.Path;

/** The kinds of {@link PortBackend} there are. */
public final class PortBackends {
    private PortBackends() {}

    /** A pseudo terminal of the host's, and what its users open. */
    public record Pty(PortBackend backend, Path path) {}

    /**
     * Makes a Unix domain socket and listens on it; it is removed at the end. A socket that nobody listens on any more is replaced.
     *
     * @throws IOException if there is something else, somebody listens there, or the host refuses; the message names the path
     */
    public static PortBackend socket(Path path) throws IOException {
        return SocketBackend.listen(path);
    }

    /**
     * Makes a file, or empties it, for the port's output. The port has no input.
     *
     * @throws IOException if it is no regular file, is locked, or the host refuses; the message names the path
     */
    public static PortBackend file(Path path) throws IOException {
        return FileBackend.empty(path);
    }

    /**
     * Makes a pseudo terminal in raw mode. Its peer is whoever has it open.
     *
     * @throws IOException if the host refuses
     */
    public static Pty pty() throws IOException {
        PtyBackend backend = PtyBackend.open();
        return new Pty(backend, backend.path());
    }
}
