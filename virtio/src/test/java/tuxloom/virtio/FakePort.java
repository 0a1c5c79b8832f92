package tuxloom.virtio;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tuxloom.virtio.port.PortBackend;

/** A host's end of a port whose peers a test plays. */
final class FakePort implements PortBackend {
    /** A peer that leaves. */
    private static final String BYE = "";

    private final Semaphore peers = new Semaphore(0);
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private byte[] rest = {};
    volatile CountDownLatch open = new CountDownLatch(0);
    volatile boolean closed;

    /** The next peer comes. */
    FakePort join() {
        peers.release();
        return this;
    }

    /** The peer sends something. */
    FakePort send(String bytes) {
        sent.add(bytes);
        return this;
    }

    /** The peer leaves. */
    FakePort leave() {
        return send(BYE);
    }

    /** From now on writes wait until {@link #open} is counted down. */
    void block() {
        open = new CountDownLatch(1);
    }

    @Override
    public void awaitPeer() throws IOException {
        try {
            peers.acquire();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("closed");
        }
    }

    @Override
    public int read(byte[] into) throws IOException {
        try {
            if (rest.length == 0) {
                rest = sent.take().getBytes(StandardCharsets.ISO_8859_1);
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("closed");
        }
        int length = Math.min(rest.length, into.length);
        System.arraycopy(rest, 0, into, 0, length);
        rest = Arrays.copyOfRange(rest, length, rest.length);
        return length == 0 ? -1 : length;
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        try {
            open.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("interrupted");
        }
        synchronized (text) {
            text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
            text.notifyAll();
        }
    }

    @Override
    public void dropPeer() {
        synchronized (text) {
            text.append('|');
            text.notifyAll();
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Waits until the last that came here is this. */
    void awaitEnd(String end) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(FakeInterrupt.TIMEOUT_SECONDS);
        synchronized (text) {
            while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
                if (System.nanoTime() > deadlineNanos) {
                    throw new AssertionError("the port did not get '" + end + "'");
                }
                text.wait(100);
            }
        }
    }

    /** Waits until everything that came here is this; a bar is the end of a peer. */
    void await(String expected) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(FakeInterrupt.TIMEOUT_SECONDS);
        synchronized (text) {
            while (!text.toString().equals(expected)) {
                if (System.nanoTime() > deadlineNanos) {
                    throw new AssertionError("the port got '" + text + "' instead of '" + expected + "'");
                }
                text.wait(100);
            }
        }
    }
}
