package tuxloom.virtio;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The transmit queue of a console (virtio 1.2, section 5.3.6).
 *
 * <p>A buffer goes back to the guest as soon as its bytes are copied, because Linux's driver spins until then, on a CPU
 * that others may need. The sink gets the bytes after the batch, outside guest memory: a sink that blocks holds up the
 * guest's next writes, but neither a reset nor the end of the machine.
 */
final class ConsoleTransmitter implements QueueHandler {
    /** A batch ends when it has collected this much; also the usual size of the buffer. */
    private static final int BATCH_BYTES = 64 * 1024;
    /** One write of the guest. Linux's are at most a page, or a pipe's 16 pages of 64 KiB when spliced. */
    static final int MAX_WRITE_BYTES = 1024 * 1024;

    private final ConsoleOutput output;
    private final DeviceHealth health;
    private byte[] pending = new byte[4096];
    private int pendingBytes;
    private boolean failed;
    private Runnable wakeWorker = () -> {};
    private final AtomicReference<@Nullable CountDownLatch> drain = new AtomicReference<>();

    ConsoleTransmitter(ConsoleOutput output, DeviceHealth health) {
        this.output = output;
        this.health = health;
    }

    @Override
    public void bind(Runnable wake) {
        wakeWorker = wake;
    }

    /** Waits until all that the guest has written so far was passed on or dropped. Any thread but the worker, one at a time. */
    void drain() throws InterruptedException {
        // Two looks at the queue that find nothing: the first may have begun before this call.
        CountDownLatch looks = new CountDownLatch(2);
        drain.set(looks);
        wakeWorker.run();
        looks.await();
    }

    @Override
    public boolean ready() {
        return pendingBytes < BATCH_BYTES;
    }

    @Override
    public long serve(DescriptorChain chain) {
        long length = chain.readable().byteSize();
        if (length > MAX_WRITE_BYTES) {
            throw new DriverFaultException(
                    "console write of %d bytes, more than %d".formatted(length, MAX_WRITE_BYTES));
        }
        int needed = pendingBytes + (int) length;
        if (needed > pending.length) {
            pending = Arrays.copyOf(pending, Math.max(needed, Math.min(2 * pending.length, BATCH_BYTES)));
        }
        chain.readable().copyTo(pending, pendingBytes);
        pendingBytes = needed;
        return 0;
    }

    @Override
    public void afterBatch() {
        int length = pendingBytes;
        pendingBytes = 0;
        if (length == 0) {
            foundNothing();
        }
        if (length == 0 || failed) {
            return;
        }
        try {
            output.write(pending, length);
        } catch (IOException e) {
            failed = true;
            health.log("output ends: " + e);
        }
        if (pending.length > BATCH_BYTES) {
            pending = new byte[BATCH_BYTES];
        }
    }

    private void foundNothing() {
        CountDownLatch looks = drain.get();
        if (looks != null) {
            looks.countDown();
            if (looks.getCount() == 0) {
                drain.compareAndSet(looks, null);
            } else {
                wakeWorker.run();
            }
        }
    }
}
