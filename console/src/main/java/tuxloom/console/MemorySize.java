package tuxloom.console;

import java.util.regex.Pattern;

/** An amount of guest memory as people write it: a number of bytes with a suffix K, M or G for the powers of 1,024. */
final class MemorySize {
    /** A page of WebAssembly memory. */
    static final long PAGE_BYTES = 64 << 10;

    /** What a kernel needs to come up at all. */
    static final long MINIMUM_BYTES = 16L << 20;

    /** 32-bit addresses reach 4 GiB; the last page stays free so that sizes fit 32 bits too. */
    static final long MAXIMUM_BYTES = (4L << 30) - PAGE_BYTES;

    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})([KMGkmg]?)");

    private MemorySize() {}

    /**
     * Returns the bytes that {@code text} means, whole WebAssembly pages between 16 MiB and 4 GiB - 64 KiB.
     *
     * @throws CommandFailure (bad argument) if it means anything else
     */
    static long parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw refused(text, "is not a size; write a number and K, M or G, as in 512M");
        }
        var number = Long.parseLong(matcher.group(1));
        var bytes = number << shift(matcher.group(2));
        if (bytes > MAXIMUM_BYTES) {
            throw refused(text, "is too much: 32-bit addresses reach 4194240K, so ask for at most 4095M");
        }
        if (bytes < MINIMUM_BYTES) {
            throw refused(text, "is too little: Linux needs at least 16M");
        }
        if (bytes % PAGE_BYTES != 0) {
            throw refused(text, "is no multiple of 64K, the page size of WebAssembly memory");
        }
        return bytes;
    }

    private static int shift(String suffix) {
        return switch (suffix) {
            case "K", "k" -> 10;
            case "M", "m" -> 20;
            case "G", "g" -> 30;
            default -> 0;
        };
    }

    private static CommandFailure refused(String text, String why) {
        return CommandFailure.badArgument("--memory " + text + " " + why);
    }
}
