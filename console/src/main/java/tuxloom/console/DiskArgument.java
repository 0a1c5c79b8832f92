package tuxloom.console;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.DiskOptions.Cache;
import tuxloom.virtio.disk.Format;

/**
 * One {@code --disk [path=]FILE} with options ({@link #SYNTAX}). A comma belongs to the file's name unless a known option follows it, up
 * to the end.
 */
final class DiskArgument {
    static final String SYNTAX = "FILE[,ro][,serial=TEXT][,cache=writeback|writethrough|unsafe][,format=raw|qcow2]"
            + "[,snapshot][,overlay=FILE]";
    private static final String PATH_KEY = "path=";

    private final String text;
    private String name;
    private boolean readOnly;
    private @Nullable String serial;
    private Cache cache = Cache.WRITEBACK;
    private @Nullable Format format;
    private boolean snapshot;
    private @Nullable Path overlay;

    private DiskArgument(String text) {
        this.text = text;
        this.name = text;
    }

    /**
     * Reads the argument.
     *
     * @throws CommandFailure (bad argument) if an option is unknown or has no such value, or the file's name is empty
     */
    static DiskOptions parse(String text) {
        var argument = new DiskArgument(text);
        for (var comma = text.lastIndexOf(','); comma >= 0; comma = argument.name.lastIndexOf(',')) {
            if (!argument.take(argument.name.substring(comma + 1))) {
                break;
            }
            argument.name = argument.name.substring(0, comma);
        }
        if (argument.name.startsWith(PATH_KEY)) {
            argument.name = argument.name.substring(PATH_KEY.length());
        }
        if (argument.name.isEmpty()) {
            throw CommandFailure.badArgument("--disk '" + text + "' names no file; write --disk " + SYNTAX);
        }
        return new DiskOptions(
                Commands.path("disk", argument.name),
                argument.readOnly,
                argument.serial,
                argument.cache,
                argument.format,
                argument.snapshot,
                argument.overlay);
    }

    /** Takes one option; answers false if it looks like a part of a file's name. */
    private boolean take(String option) {
        var equals = option.indexOf('=');
        var key = equals < 0 ? option : option.substring(0, equals);
        var value = option.substring(equals + 1);
        switch (key) {
            case "ro", "rw" -> {
                if (equals >= 0) {
                    throw wrong(option);
                }
                readOnly = key.equals("ro");
            }
            case "serial" -> {
                if (!value.matches("[\\x21-\\x7E]{1,20}")) {
                    throw CommandFailure.badArgument("--disk '" + text
                            + "': serial= has 1 to 20 printable ASCII characters, no blanks; not '" + value + "'");
                }
                serial = value;
            }
            case "cache" -> cache = cache(value, option);
            case "format" -> {
                format = Format.of(value);
                if (format == null) {
                    throw wrong(option);
                }
            }
            case "snapshot" -> {
                if (equals >= 0) {
                    throw wrong(option);
                }
                snapshot = true;
            }
            case "overlay" -> {
                if (value.isEmpty() || equals < 0) {
                    throw wrong(option);
                }
                overlay = Commands.path("overlay", value);
            }
            default -> {
                if (equals > 0 && key.matches("[a-z]+")) {
                    throw wrong(option);
                }
                return false;
            }
        }
        return true;
    }

    private Cache cache(String value, String option) {
        for (var mode : Cache.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
                return mode;
            }
        }
        throw wrong(option);
    }

    private CommandFailure wrong(String option) {
        return CommandFailure.badArgument(
                "--disk '" + text + "': '" + option + "' is no option; write --disk " + SYNTAX);
    }
}
