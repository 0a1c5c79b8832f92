package tuxloom.virtio.port;

import java.io.Closeable;
import java.io.IOException;

/**
 * What a port is connected to on the host. Somebody, the <em>peer</em>, may come and go at the other end of it, one at a time. Owned by
 * the console device.
 *
 * <p>Two threads use it: input ({@link #awaitPeer}, {@link #read}, {@link #dropPeer}) and output ({@link #write}). {@link #close} comes from
 * a third one.
 */
public interface PortBackend extends Closeable {
    /**
     * Waits until there is a peer. Returns at once where there always is one.
     *
     * @throws IOException if none will ever come; the port has no more input then
     */
    void awaitPeer() throws IOException;

    /**
     * Waits for input of the peer's.
     *
     * @param into filled from its start
     * @return number of bytes, at least 1; -1 when the peer has gone or will send no more
     * @throws IOException if the host failed; the port has no more input then
     */
    int read(byte[] into) throws IOException;

    /**
     * Passes on what the guest wrote, all of it, at once. May wait: the guest's next writes to this port wait too. Drops it where there is
     * no peer, or the peer goes away meanwhile.
     *
     * @param bytes valid during the call
     * @param length how many bytes from its start
     * @throws IOException if the host failed; no more output comes then
     */
    void write(byte[] bytes, int length) throws IOException;

    /** The peer's input has ended and all output for it was passed on: lets go of it. */
    void dropPeer();

    /**
     * Ends whatever still waits, a read or a wait for a peer with a {@link java.nio.channels.ClosedChannelException}, and gives everything
     * back to the host. Output that comes later is dropped. Any thread, any number of times.
     */
    @Override
    void close() throws IOException;
}
