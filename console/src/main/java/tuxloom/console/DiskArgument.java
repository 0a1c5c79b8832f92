package tuxloom.console;

import java.nio.file.Path;

/**
 * One {@code --disk FILE[,ro]}.
 *
 * @param file the raw image
 * @param readOnly whether the guest may only read it
 */
record DiskArgument(Path file, boolean readOnly) {
    private static final String READ_ONLY_SUFFIX = ",ro";
    private static final String WRITABLE_SUFFIX = ",rw";

    /**
     * Reads the argument. A comma belongs to the file name unless a known option follows it at the end.
     *
     * @throws CommandFailure (bad argument) if the file name is empty
     */
    static DiskArgument parse(String text) {
        var readOnly = text.endsWith(READ_ONLY_SUFFIX);
        var hasOption = readOnly || text.endsWith(WRITABLE_SUFFIX);
        var name = hasOption ? text.substring(0, text.length() - READ_ONLY_SUFFIX.length()) : text;
        if (name.isEmpty()) {
            throw CommandFailure.badArgument(
                    "--disk '" + text + "' names no file; write --disk FILE or --disk FILE,ro");
        }
        return new DiskArgument(Commands.path("disk", name), readOnly);
    }
}
