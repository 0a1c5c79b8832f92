package tuxloom.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import tuxloom.virtio.ConsoleOutput;
import tuxloom.virtio.port.PortBackend;

/** The command's own standard streams as the end of a port. As on the console, the end of stdin ends the input and nothing else. */
final class StandardPort implements PortBackend {
    private final InputStream stdin;
    private final ConsoleOutput stdout;
    private final CountDownLatch closed = new CountDownLatch(1);

    StandardPort(InputStream stdin, ConsoleOutput stdout) {
        this.stdin = stdin;
        this.stdout = stdout;
    }

    @Override
    public void awaitPeer() {
        // Whoever started the command is always there.
    }

    @Override
    public int read(byte[] into) throws IOException {
        var length = stdin.read(into);
        if (length < 0) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("closed");
            }
        }
        return length;
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        stdout.write(bytes, length);
    }

    @Override
    public void dropPeer() {
        // Whoever started the command is always there.
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
