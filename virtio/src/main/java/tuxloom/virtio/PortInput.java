package tuxloom.virtio;

import java.io.IOException;
import java.io.InterruptedIOException;
import tuxloom.virtio.port.PortBackend;

/**
 * What comes from the host's end of a port, one peer after the other, and tells the driver of their coming and going. Everything from a
 * peer is in the guest's buffers before the guest hears that it has gone. One thread, the port's input thread.
 */
final class PortInput implements ConsoleInput {
    private final int id;
    private final PortBackend backend;
    private final PortControl control;
    private final ConsoleTransmitter output;
    private boolean connected;

    PortInput(int id, PortBackend backend, PortControl control, ConsoleTransmitter output) {
        this.id = id;
        this.backend = backend;
        this.control = control;
        this.output = output;
    }

    @Override
    public int read(byte[] into) throws IOException {
        while (true) {
            if (!connected) {
                backend.awaitPeer();
                connected = true;
                control.hostOpened(id);
            }
            int length = backend.read(into);
            if (length >= 0) {
                return length;
            }
            try {
                control.hostClosed(id);
                // What the guest had written for this peer goes to it, and not to the next one.
                output.drain();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("closed");
            }
            backend.dropPeer();
            connected = false;
        }
    }

    @Override
    public void close() throws IOException {
        backend.close();
    }
}
