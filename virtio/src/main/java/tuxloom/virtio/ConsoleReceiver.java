package tuxloom.virtio;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The receive queue of a console (virtio 1.2, section 5.3.6): input goes to the guest as it offers buffers.
 *
 * <p>One buffer travels between two threads. The reader may fill it while {@code filledBytes} is 0, and does so only when
 * asked; the worker may empty it while that is not 0, and asks again when the guest has a buffer left over. So at most
 * one buffer of input is taken from the source before the guest has room for it: what the guest does not read yet stays
 * in the terminal or pipe, and survives a reset.
 *
 * <p>A console with several ports gives the guest nothing before it has opened the port.
 */
final class ConsoleReceiver implements QueueHandler {
    /** Of keys, more are never there at once. */
    static final int KEYBOARD_BYTES = 4096;
    /** Of other sources: a hand-over between threads costs more than copying this. */
    static final int STREAM_BYTES = 32 * 1024;

    private final ConsoleInput input;
    private final BooleanSupplier guestListens;
    private final DeviceHealth health;
    private final byte[] buffer;
    private final Semaphore asks = new Semaphore(0);

    private Runnable wakeWorker = () -> {};

    /** Bytes of input in the buffer. The reader sets it from 0, the worker back to 0. */
    private volatile int filledBytes;

    private volatile boolean closed;

    /** The worker's: how much of the buffer the guest has, whether the reader was asked, and the reader. */
    private int deliveredBytes;

    private boolean asked;
    private volatile @Nullable Thread reader;

    /**
     * Creates the queue's handler.
     *
     * @param bufferBytes the most that is under way
     * @param guestListens whether the guest takes input now; see {@link #guestOpened}
     */
    ConsoleReceiver(ConsoleInput input, int bufferBytes, BooleanSupplier guestListens, DeviceHealth health) {
        this.input = input;
        this.buffer = new byte[bufferBytes];
        this.guestListens = guestListens;
        this.health = health;
    }

    /** The guest takes input from now on. Any thread. */
    void guestOpened() {
        wakeWorker.run();
    }

    @Override
    public void bind(Runnable wake) {
        wakeWorker = wake;
    }

    @Override
    public boolean ready() {
        if (filledBytes > 0) {
            return guestListens.getAsBoolean();
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
        } catch (ClosedChannelException e) {
            // Whoever owns the source has closed it on purpose.
        } catch (IOException e) {
            if (!closed) {
                health.log("input ends: " + e);
            }
        }
    }
}
