package tuxloom.console;

import java.io.IOException;
import java.io.InputStream;
import tuxloom.virtio.ConsoleInput;

/**
 * What is typed on a terminal. A thread of its own reads it, so that the escape keys work even when the guest takes no input; what the
 * guest has not taken yet is held, at most {@value #HELD_BYTES} bytes, after which reading pauses.
 */
final class Keyboard implements ConsoleInput {
    private static final int HELD_BYTES = 64 << 10;

    private final InputStream stdin;
    private final EscapeKeys keys;
    private final byte[] held = new byte[HELD_BYTES];
    private int first;
    private int count;
    private boolean ended;

    Keyboard(InputStream stdin, EscapeKeys.Listener listener) {
        this.stdin = stdin;
        this.keys = new EscapeKeys(listener);
    }

    /** Starts reading. */
    void start() {
        Thread.ofPlatform().name("keyboard").daemon().start(this::readKeys);
    }

    @Override
    public synchronized int read(byte[] into) throws IOException {
        try {
            while (count == 0 && !ended) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted while waiting for a key", e);
        }
        if (count == 0) {
            return -1;
        }
        var taken = Math.min(into.length, count);
        for (var i = 0; i < taken; i++) {
            into[i] = held[(first + i) % HELD_BYTES];
        }
        first = (first + taken) % HELD_BYTES;
        count -= taken;
        notifyAll();
        return taken;
    }

    @Override
    public synchronized void close() {
        ended = true;
        notifyAll();
    }

    private void readKeys() {
        var typed = new byte[1024];
        var wanted = new byte[typed.length + 1];
        try {
            for (var length = stdin.read(typed); length >= 0; length = stdin.read(typed)) {
                hold(wanted, keys.filter(typed, length, wanted));
            }
        } catch (IOException | InterruptedException e) {
            // The terminal is gone, or the thread is told to end: to the guest that is the end of what is typed.
        }
        close();
    }

    private synchronized void hold(byte[] bytes, int length) throws InterruptedException {
        while (HELD_BYTES - count < length && !ended) {
            wait();
        }
        for (var i = 0; i < length && !ended; i++) {
            held[(first + count) % HELD_BYTES] = bytes[i];
            count++;
        }
        notifyAll();
    }
}
