package tuxloom.virtio;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Fills buffers with random bytes (virtio 1.2, section 5.4.6). Runs on the queue's own thread. */
final class EntropyQueue implements QueueHandler {
    /** The device may fill less than it was offered; Linux asks for 64 bytes at a time. */
    static final int MAX_REQUEST_BYTES = 64 * 1024;

    /** Made at the first request: loading the security providers must not delay the machine's start. */
    private @Nullable SecureRandom random;

    @Override
    public long serve(DescriptorChain chain) {
        int length = (int) Math.min(chain.writable().byteSize(), MAX_REQUEST_BYTES);
        if (length == 0) {
            throw new DriverFaultException("entropy request without writable bytes");
        }
        SecureRandom source = random;
        if (source == null) {
            // The default generator is seeded by the host's kernel and never blocks in nextBytes.
            source = new SecureRandom();
            random = source;
        }
        byte[] bytes = new byte[length];
        source.nextBytes(bytes);
        chain.writable().copyFrom(bytes, 0, length);
        return length;
    }
}
