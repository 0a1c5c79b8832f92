package tuxloom.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The kernel's built-in file tree, a cpio archive in the "newc" format: just enough that a kernel which boots from a disk can open
 * its console before it has mounted that disk.
 */
final class InitialFiles {
    private static final int DIRECTORY = 0040755;
    private static final int PRIVATE_DIRECTORY = 0040700;
    private static final int CHARACTER_DEVICE = 0020600;
    private static final int CONSOLE_MAJOR = 5;
    private static final int CONSOLE_MINOR = 1;
    private static final String HEX_DIGITS = "0123456789ABCDEF";
    private static final int HEX_BITS = 4;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private int inode = 1;

    private InitialFiles() {}

    static byte[] archive() {
        var files = new InitialFiles();
        files.add("dev", DIRECTORY, 0, 0);
        files.add("dev/console", CHARACTER_DEVICE, CONSOLE_MAJOR, CONSOLE_MINOR);
        files.add("root", PRIVATE_DIRECTORY, 0, 0);
        files.add("TRAILER!!!", 0, 0, 0);
        return files.archive.toByteArray();
    }

    private void add(String name, int mode, int deviceMajor, int deviceMinor) {
        var header = new StringBuilder("070701");
        int[] fields = {inode++, mode, 0, 0, 1, 0, 0, 0, 0, deviceMajor, deviceMinor, name.length() + 1, 0};
        for (var field : fields) {
            // By hand: the first use of a format string costs a cold JVM some 5 ms.
            for (var shift = Integer.SIZE - HEX_BITS; shift >= 0; shift -= HEX_BITS) {
                header.append(HEX_DIGITS.charAt(field >>> shift & 0xf));
            }
        }
        archive.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        while (archive.size() % Integer.BYTES != 0) {
            archive.write(0);
        }
    }
}
