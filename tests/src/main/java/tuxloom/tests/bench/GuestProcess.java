package tuxloom.tests.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host process with a guest's console on its standard input and output. The methods belong to one thread; a second one
 * collects the output. Standard error goes to a file.
 */
public final class GuestProcess implements AutoCloseable {
    /** A shell's prompt at the end of what was printed so far. */
    public static final Pattern PROMPT = Pattern.compile("[#$] \\z");

    private static final Pattern ESCAPES = Pattern.compile("\\e\\[[0-9;?]*[A-Za-z]|\\r");
    private static final int MAX_OUTPUT_CHARS = 4 << 20;

    private final Process process;
    private final long startNanos;
    private final Path errors;
    private final OutputStream input;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final StringBuilder output = new StringBuilder();
    private long arrivedNanos;
    private boolean ended;

    private GuestProcess(Process process, long startNanos, Path errors) {
        this.process = process;
        this.startNanos = startNanos;
        this.errors = errors;
        this.input = process.getOutputStream();
    }

    /** Starts a command with its standard error in the file {@code errors}. */
    public static GuestProcess start(List<String> command, Map<String, String> environment, Path errors)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        var guest = new GuestProcess(builder.start(), start, errors);
        Thread.ofPlatform().daemon().name("guest-output").start(guest::collect);
        return guest;
    }

    private void collect() {
        var buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int n; (n = in.read(buffer)) >= 0; ) {
                append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            append("[output unreadable: " + e.getMessage() + "]");
        }
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void append(String text) {
        long now = System.nanoTime();
        lock.lock();
        try {
            if (output.length() < MAX_OUTPUT_CHARS) {
                output.append(text);
            }
            arrivedNanos = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Types text into the guest's console. */
    public void type(String text) throws IOException {
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** What the guest printed so far, without carriage returns and terminal control sequences. */
    public String output() {
        lock.lock();
        try {
            return ESCAPES.matcher(output).replaceAll("");
        } finally {
            lock.unlock();
        }
    }

    /** How much output there is: a place for {@link #await} to start from. */
    public int mark() {
        return output().length();
    }

    /**
     * Waits until output from {@code mark} on matches.
     *
     * @return nanoseconds from the start of the process to the arrival of the output
     * @throws GuestFailedException when the process ends or the time runs out first
     */
    public long await(Pattern pattern, int mark, Duration limit) throws GuestFailedException, InterruptedException {
        long remaining = limit.toNanos();
        lock.lock();
        try {
            while (true) {
                String text = output();
                if (text.length() > mark
                        && pattern.matcher(text).region(mark, text.length()).find()) {
                    return arrivedNanos - startNanos;
                }
                if (ended || remaining <= 0) {
                    String why = ended ? "the process ended" : "no match within " + limit.toSeconds() + " s";
                    throw new GuestFailedException("waiting for /" + pattern + "/: " + why, text, errorText());
                }
                remaining = changed.awaitNanos(remaining);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Resident memory in KiB, as the kernel accounts it ({@code VmRSS}, shared pages included). */
    long residentKib() throws IOException {
        String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
        Matcher matcher = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(status);
        if (!matcher.find()) {
            throw new IOException("process " + process.pid() + " has no VmRSS line: it has ended");
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Returns the CPU time that the process has used, in user space and in the host's kernel. */
    Duration cpuTime() throws IOException {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IOException("the CPU time of process " + process.pid() + " cannot be read"));
    }

    public long pid() {
        return process.pid();
    }

    /** Waits for the end of the process and returns its exit status. */
    public int awaitExit(Duration limit) throws GuestFailedException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new GuestFailedException("no exit within " + limit.toSeconds() + " s", output(), errorText());
        }
        return process.exitValue();
    }

    /** Everything on standard error so far. */
    public String errorText() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return "[" + errors + " unreadable: " + e.getMessage() + "]";
        }
    }

    /** Ends the process if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
