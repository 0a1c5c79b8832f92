package tuxloom.console;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A kernel's file, which is read on a thread of its own while the caller does something else. What plainly is no kernel is refused early, in
 * words that name the file.
 */
final class KernelFile {
    /** Every WebAssembly binary of version 1 begins so (WebAssembly 2.0, section 5.5.16). */
    private static final byte[] MAGIC = {0, 'a', 's', 'm', 1, 0, 0, 0};

    /** Far above any kernel, far below what would hurt the host. */
    private static final long MAXIMUM_BYTES = 256L << 20;

    /**
     * What is read at a time. {@link Files#readAllBytes} has the file copied once more, to memory outside of the heap that is as large and
     * that the JDK then keeps.
     */
    private static final int PIECE_BYTES = 64 << 10;

    private final FutureTask<byte[]> reading;

    private KernelFile(FutureTask<byte[]> reading) {
        this.reading = reading;
    }

    /** Begins to read {@code file}. The thread ends by itself, whether or not anybody asks for the bytes. */
    static KernelFile begin(Path file) {
        var reading = new FutureTask<>(() -> read(file));
        Thread.ofPlatform().name("kernel-reader").daemon().start(reading);
        return new KernelFile(reading);
    }

    /**
     * Waits until the kernel is read and returns its bytes.
     *
     * @throws CommandFailure if the file cannot be read or is no WebAssembly module
     */
    byte[] bytes() {
        try {
            return reading.get();
        } catch (InterruptedException e) {
            throw CommandFailure.hostError("interrupted while the kernel was read");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandFailure refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static byte[] read(Path file) {
        try {
            var size = Files.size(file);
            if (size > MAXIMUM_BYTES) {
                throw CommandFailure.badArgument(
                        "kernel " + file + " has " + size + " bytes, more than " + MAXIMUM_BYTES + ": not a kernel");
            }
            var bytes = content(file, (int) size);
            if (!isWebAssembly(bytes)) {
                throw CommandFailure.badArgument("kernel " + file + " is not a WebAssembly module"
                        + " (it does not begin with \\0asm and version 1)");
            }
            return bytes;
        } catch (IOException e) {
            throw CommandFailure.hostError("kernel " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static byte[] content(Path file, int sizeBytes) throws IOException {
        var bytes = new byte[sizeBytes];
        try (var in = new FileInputStream(file.toFile())) {
            for (int at = 0; at < sizeBytes; ) {
                var count = in.read(bytes, at, Math.min(PIECE_BYTES, sizeBytes - at));
                if (count < 0) {
                    throw new IOException("it has become shorter than " + sizeBytes + " bytes while it was read");
                }
                at += count;
            }
        }
        return bytes;
    }

    private static boolean isWebAssembly(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }
}
