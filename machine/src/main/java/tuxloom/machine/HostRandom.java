package tuxloom.machine;

import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * Random bytes from the host's kernel, fit for keys. Any thread may ask; never waits once the host is up. Java's own generator takes its
 * bytes from there too, but loads 20 ms worth of security providers first.
 */
public final class HostRandom {
    private HostRandom() {}

    /** Returns {@code count} random bytes. */
    public static byte[] bytes(int count) {
        try (var source = new FileInputStream("/dev/urandom")) {
            var bytes = source.readNBytes(count);
            if (bytes.length == count) {
                return bytes;
            }
        } catch (IOException e) {
            // A host without the file: below.
        }
        var bytes = new byte[count];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
