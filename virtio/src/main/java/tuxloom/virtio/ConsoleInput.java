package tuxloom.virtio;

import java.io.IOException;

/** Where a guest's console gets its input from: a terminal, a pipe, a test. Owned by the console device. */
public interface ConsoleInput {
    /**
     * Waits for input. Called on a thread of the device's own, one call at a time, and only while the guest has room:
     * what is not read here stays with its source.
     *
     * @param into filled from its start
     * @return number of bytes, at least 1; -1 when no more will ever come
     * @throws IOException if the source failed; the device logs that and treats it as the end
     */
    int read(byte[] into) throws IOException;

    /**
     * The device is closed; a {@link #read} that still waits should end, if there is a way. The waiting thread was
     * interrupted before, and is a daemon.
     *
     * @throws IOException if that failed; the device logs it
     */
    default void close() throws IOException {}
}
