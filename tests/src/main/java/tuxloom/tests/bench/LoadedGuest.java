package tuxloom.tests.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The host process of {@link LongRun}, its console on pipes. A thread takes what the guest prints, another one types blocks of random bytes
 * as fast as the guest says that it got them. What they learn is in the {@link LoadStreams}, under a lock.
 */
final class LoadedGuest implements AutoCloseable {
    private static final int BLOCK_BYTES = 4 << 10;
    /** Blocks on their way, so that the stream never waits for the guest's answer. */
    private static final int BLOCKS_UNDER_WAY = 6;

    /** Linux's driver for such consoles takes Ctrl-O for the key that asks its kernel for something. */
    private static final byte SYSRQ = 15;

    private static final byte[] STOP = "stop".repeat(BLOCK_BYTES / 4).getBytes(StandardCharsets.US_ASCII);

    private final Process process;
    private final LoadStreams streams;
    private final Path errors;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Semaphore mayType = new Semaphore(BLOCKS_UNDER_WAY);
    private volatile boolean stopping;
    private final AtomicLong typedBytes = new AtomicLong();
    private boolean exhausted;

    private LoadedGuest(Process process, LoadStreams streams, Path errors) {
        this.process = process;
        this.streams = streams;
        this.errors = errors;
    }

    /** Starts the guest and its load; standard error goes to the file {@code errors}. */
    static LoadedGuest start(HostCommand host, LoadStreams streams, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(host.command()).redirectError(errors.toFile());
        builder.environment().putAll(host.environment());
        LoadedGuest guest = new LoadedGuest(builder.start(), streams, errors);
        OutputStream keyboard = guest.process.getOutputStream();
        keyboard.write("head -c %d /dev/vdc >/tmp/load; exec sh /tmp/load main %s\n"
                .formatted(LoadDisks.SCRIPT_BYTES, LoadDisks.md5(STOP))
                .getBytes(StandardCharsets.US_ASCII));
        keyboard.flush();
        Thread.ofPlatform().daemon().name("guest-output").start(guest::collect);
        return guest;
    }

    /** Waits until the load has begun, and types from then on. */
    void awaitLoad(Duration limit) throws IOException, InterruptedException {
        await(LoadStreams::begun, limit, "the load's begin");
        Thread.ofPlatform().daemon().name("guest-input").start(this::type);
    }

    /** Tells the guest to stop its load, and waits for its end. Returns the exit status. */
    int stop(Duration limit) throws IOException, InterruptedException {
        with(all -> all.stopping(System.nanoTime()));
        stopping = true;
        await(LoadStreams::ended, limit, "the load's end");
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("the host did not end within " + limit.toSeconds() + " s after the load");
        }
        return process.exitValue();
    }

    /** Does something with what is known so far. */
    void with(Consumer<LoadStreams> action) {
        lock.lock();
        try {
            action.accept(streams);
        } finally {
            lock.unlock();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long typedBytes() {
        return typedBytes.get();
    }

    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private interface Wanted {
        boolean of(LoadStreams streams);
    }

    private void await(Wanted condition, Duration limit, String what) throws IOException, InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!condition.of(streams)) {
                if (exhausted || left <= 0) {
                    throw new IOException("waiting for " + what + ": "
                            + (exhausted
                                    ? "the console ended; the host said: " + Files.readString(errors)
                                    : "nothing within " + limit.toSeconds() + " s")
                            + "; marks " + streams.marks() + ", mistakes " + streams.mistakes());
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void collect() {
        byte[] buffer = new byte[1 << 16];
        StringBuilder line = new StringBuilder();
        try (InputStream console = process.getInputStream()) {
            for (int n; (n = console.read(buffer)) >= 0; ) {
                long now = System.nanoTime();
                lock.lock();
                try {
                    for (int i = 0; i < n; i++) {
                        if (buffer[i] != '\n') {
                            line.append((char) (buffer[i] & 0xFF));
                            continue;
                        }
                        if (streams.take(line.toString(), now)) {
                            mayType.release();
                        }
                        line.setLength(0);
                    }
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        } catch (IOException e) {
            with(all -> all.mistake("the console is unreadable: " + e.getMessage()));
        }
        lock.lock();
        try {
            exhausted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void type() {
        Random random = new Random(2);
        byte[] block = new byte[BLOCK_BYTES];
        try {
            OutputStream keyboard = process.getOutputStream();
            while (true) {
                mayType.acquire();
                boolean last = stopping;
                random.nextBytes(block);
                for (int i = 0; i < block.length; i++) {
                    block[i] = block[i] == SYSRQ ? 0 : block[i];
                }
                byte[] bytes = last ? STOP : block;
                with(all -> all.typing(LoadDisks.md5(bytes)));
                keyboard.write(bytes);
                keyboard.flush();
                typedBytes.addAndGet(bytes.length);
                if (last) {
                    return;
                }
            }
        } catch (IOException e) {
            with(all -> all.mistake("the keyboard's pipe broke: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
