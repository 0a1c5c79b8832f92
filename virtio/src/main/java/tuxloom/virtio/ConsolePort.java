package tuxloom.virtio;

import java.util.regex.Pattern;
import tuxloom.virtio.port.PortBackend;

/**
 * A port of a console besides the console itself.
 *
 * @param name what the guest calls it: a letter or digit, then up to 63 letters, digits, dots, dashes and underscores
 * @param backend what it is connected to; the console device owns it
 */
public record ConsolePort(String name, PortBackend backend) {
    /** A guest makes a file's name of it. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /**
     * Makes a port.
     *
     * @throws IllegalArgumentException if the name is none
     */
    public ConsolePort {
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no name for a port");
        }
    }

    /** Whether a port can have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
