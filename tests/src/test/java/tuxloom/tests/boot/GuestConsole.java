package tuxloom.tests.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tuxloom.virtio.ConsoleInput;
import tuxloom.virtio.ConsoleOutput;

/** A keyboard and a screen that remembers everything. Any thread. */
final class GuestConsole implements ConsoleInput, ConsoleOutput {
    private final BlockingQueue<byte[]> typed = new LinkedBlockingQueue<>();
    private final StringBuilder screen = new StringBuilder();
    private byte[] rest = {};

    /** Types characters; 3 is Ctrl-C. */
    void type(String text) {
        typed.add(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read(byte[] into) throws IOException {
        try {
            byte[] bytes = rest.length > 0 ? rest : typed.take();
            int length = Math.min(bytes.length, into.length);
            System.arraycopy(bytes, 0, into, 0, length);
            rest = Arrays.copyOfRange(bytes, length, bytes.length);
            return length;
        } catch (InterruptedException e) {
            throw new IOException("the console was closed", e);
        }
    }

    @Override
    public void write(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        synchronized (screen) {
            screen.append(text);
            screen.notifyAll();
        }
    }

    /** Returns how much has been written, as a position to wait from. */
    int position() {
        synchronized (screen) {
            return screen.length();
        }
    }

    /** Returns what was written from {@code start} on. */
    String text(int start) {
        synchronized (screen) {
            return screen.substring(start);
        }
    }

    /** Waits until something written from {@code start} on matches. */
    Optional<MatchResult> await(int start, Pattern pattern, Duration timeout) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        synchronized (screen) {
            while (true) {
                Matcher matcher = pattern.matcher(screen.substring(start));
                if (matcher.find()) {
                    return Optional.of(matcher.toMatchResult());
                }
                long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    return Optional.empty();
                }
                screen.wait(leftMillis);
            }
        }
    }
}
