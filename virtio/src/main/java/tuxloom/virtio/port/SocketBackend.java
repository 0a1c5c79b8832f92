package tuxloom.virtio.port;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Unix domain socket that listens. One client at a time is the peer; others wait until it has gone. A client that sends no more counts as
 * gone, as with QEMU: a port has only one way to tell the guest.
 */
final class SocketBackend implements PortBackend {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    /** Clients that may wait for their turn. */
    private static final int BACKLOG = 4;

    private final Path path;
    private final ServerSocketChannel server;
    private volatile @Nullable SocketChannel peer;
    private volatile boolean closed;

    private SocketBackend(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /**
     * Makes the socket. One that nobody listens on any more is replaced; anything else with its name is refused.
     *
     * @throws IOException whose message begins with the path
     */
    static SocketBackend listen(Path path) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            removeDead(path, address);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException(path + ": no socket can be made there: " + e.getMessage(), e);
        }
        return new SocketBackend(path, server);
    }

    private static void removeDead(Path path, UnixDomainSocketAddress address) throws IOException {
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new IOException(path + " exists and is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Or it would wait for its turn.
            probe.configureBlocking(false);
            probe.connect(address);
        } catch (ConnectException e) {
            Files.delete(path);
            return;
        } catch (IOException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
        throw new IOException(path + " is in use: somebody listens there");
    }

    @Override
    public void awaitPeer() throws IOException {
        peer = server.accept();
    }

    @Override
    public int read(byte[] into) throws IOException {
        SocketChannel from = peer;
        if (from == null) {
            return -1;
        }
        try {
            return from.read(ByteBuffer.wrap(into));
        } catch (IOException e) {
            if (closed) {
                throw e;
            }
            // The connection broke, or a write found that out and closed it.
            return -1;
        }
    }

    @Override
    public void write(byte[] bytes, int length) {
        SocketChannel to = peer;
        if (to == null) {
            return;
        }
        try {
            ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
            while (rest.hasRemaining()) {
                to.write(rest);
            }
        } catch (IOException e) {
            // The peer has gone; closed, so that the read which waits for it ends too.
            closeQuietly(to);
        }
    }

    @Override
    public void dropPeer() {
        SocketChannel gone = peer;
        peer = null;
        if (gone != null) {
            closeQuietly(gone);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (server) {
            dropPeer();
        }
        Files.deleteIfExists(path);
    }

    /** Closing a socket has nothing to report that anybody could act on. */
    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Its descriptor is gone all the same.
        }
    }
}
