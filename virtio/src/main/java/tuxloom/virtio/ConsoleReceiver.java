package tuxloom.virtio;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The receive queue of a console (virtio 1.2, section 5.3.6): input goes to the guest as it offers buffers.
 *
 * <p>One buffer travels between two threads. The reader may fill it while {@code filledBytes} is 0, and does so only when
 * asked; the worker may empty it while that is not 0, and asks again when the guest has a buffer left over. So at most
 * one buffer of input is taken from the source before the guest has room for it: what the guest does not read yet stays
 * in the terminal or pipe, and survives a reset.
 */
final class ConsoleReceiver implements QueueHandler {
    private static final int BUFFER_BYTES = 4096;

    private final ConsoleInput input;
    private final DeviceHealth health;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Semaphore asks = new Semaphore(0);

    private Runnable wakeWorker = () -> {};

    /** Bytes of input in the buffer. The reader sets it from 0, the worker back to 0. */
    private volatile int filledBytes;

    private volatile boolean closed;

    /** The worker's: how much of the buffer the guest has, whether the reader was asked, and the reader. */
    private int deliveredBytes;

    private boolean asked;
    private volatile @Nullable Thread reader;

    ConsoleReceiver(ConsoleInput input, DeviceHealth health) {
        this.input = input;
        this.health = health;
    }

    @Override
    public void bind(Runnable wake) {
        wakeWorker = wake;
    }

    @Override
    public boolean ready() {
        if (filledBytes > 0) {
            return true;
        }
        if (!asked) {
            asked = true;
            asks.release();
            if (reader == null) {
                reader = Thread.ofPlatform()
                        .name("virtio-console-input")
                        .daemon()
                        .start(this::readInput);
            }
        }
        return false;
    }

    @Override
    public long serve(DescriptorChain chain) {
        int length = (int) Math.min(chain.writable().byteSize(), filledBytes - deliveredBytes);
        if (length == 0) {
            throw new DriverFaultException("receive buffer without writable bytes");
        }
        chain.writable().copyFrom(buffer, deliveredBytes, length);
        deliveredBytes += length;
        if (deliveredBytes == filledBytes) {
            deliveredBytes = 0;
            asked = false;
            filledBytes = 0;
        }
        return length;
    }

    @Override
    public void close() {
        closed = true;
        Thread waiting = reader;
        if (waiting != null) {
            waiting.interrupt();
        }
        try {
            input.close();
        } catch (IOException e) {
            health.log("closing the input: " + e);
        }
    }

    private void readInput() {
        try {
            while (!closed) {
                asks.acquire();
                int length = input.read(buffer);
                if (length < 0) {
                    return;
                }
                if (length == 0) {
                    throw new IOException("the source returned no bytes instead of waiting for some");
                }
                filledBytes = length;
                wakeWorker.run();
            }
        } catch (InterruptedException e) {
            // Only close() interrupts this thread.
        } catch (IOException e) {
            if (!closed) {
                health.log("input ends: " + e);
            }
        }
    }
}
