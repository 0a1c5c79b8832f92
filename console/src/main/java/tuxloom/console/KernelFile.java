package tuxloom.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a kernel, and refuses early what plainly is none, in words that name the file. */
final class KernelFile {
    /** Every WebAssembly binary of version 1 begins so (WebAssembly 2.0, section 5.5.16). */
    private static final byte[] MAGIC = {0, 'a', 's', 'm', 1, 0, 0, 0};

    /** Far above any kernel, far below what would hurt the host. */
    private static final long MAXIMUM_BYTES = 256L << 20;

    private KernelFile() {}

    /**
     * Returns the kernel's bytes.
     *
     * @throws CommandFailure if the file cannot be read or is no WebAssembly module
     */
    static byte[] read(Path file) {
        try {
            var size = Files.size(file);
            if (size > MAXIMUM_BYTES) {
                throw CommandFailure.badArgument(
                        "kernel " + file + " has " + size + " bytes, more than " + MAXIMUM_BYTES + ": not a kernel");
            }
            var bytes = Files.readAllBytes(file);
            if (!isWebAssembly(bytes)) {
                throw CommandFailure.badArgument("kernel " + file + " is not a WebAssembly module"
                        + " (it does not begin with \\0asm and version 1)");
            }
            return bytes;
        } catch (IOException e) {
            throw CommandFailure.hostError("kernel " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static boolean isWebAssembly(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }
}
