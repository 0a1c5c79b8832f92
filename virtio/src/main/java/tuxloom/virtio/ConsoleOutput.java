package tuxloom.virtio;

import java.io.IOException;

/** Where a guest's console output goes. Used by one thread, the worker of the console's transmit queue. */
@FunctionalInterface
public interface ConsoleOutput {
    /**
     * Takes what the guest wrote, all of it, and passes it on at once. May wait: the guest's next writes wait too.
     *
     * @param bytes the device's own buffer, valid during the call
     * @param length how many bytes from its start, at least 1
     * @throws IOException if the sink failed; the device logs it once and drops all later output
     */
    void write(byte[] bytes, int length) throws IOException;
}
