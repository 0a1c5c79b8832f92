package tuxloom.virtio;

import tuxloom.machine.HostRandom;

/** Fills buffers with random bytes (virtio 1.2, section 5.4.6). Runs on the queue's own thread. */
final class EntropyQueue implements QueueHandler {
    /** The device may fill less than it was offered; Linux asks for 64 bytes at a time. */
    static final int MAX_REQUEST_BYTES = 64 * 1024;

    @Override
    public long serve(DescriptorChain chain) {
        int length = (int) Math.min(chain.writable().byteSize(), MAX_REQUEST_BYTES);
        if (length == 0) {
            throw new DriverFaultException("entropy request without writable bytes");
        }
        chain.writable().copyFrom(HostRandom.bytes(length), 0, length);
        return length;
    }
}
