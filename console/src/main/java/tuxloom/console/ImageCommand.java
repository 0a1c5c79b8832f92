package tuxloom.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import tuxloom.virtio.disk.Format;
import tuxloom.virtio.disk.ImageFiles;

/** {@code tuxloom image}: looks at, makes and changes disk images that no machine is using. */
final class ImageCommand {
    static final String NAME = "image";
    /** What {@code diff} shows at most. */
    private static final int MOST_DIFFERENCES = 100;

    /** Status of {@code check} when something is wrong, and when space is wasted; of {@code diff} when disks differ. */
    private static final int FOUND_ERRORS = 2;

    private static final int FOUND_LEAKS = 3;
    private static final int DIFFERENT = 1;

    private ImageCommand() {}

    /** @param complete whether it is needed with all it has, or only for an overview */
    static CommandSpec spec(boolean complete) {
        var spec = CommandSpec.create().name(NAME);
        spec.usageMessage().description("Looks at, makes and changes disk images.");
        spec.addOption(Commands.help());
        if (complete) {
            add(spec, "info", "Describes an image.", "FILE", 1, 1);
            add(
                    spec,
                    "check",
                    "Checks an image. Status 0: sound; " + FOUND_ERRORS + ": errors; " + FOUND_LEAKS
                            + ": wasted space.",
                    "FILE",
                    1,
                    1);
            var create = add(spec, "create", "Makes an image; SIZE with K, M, G or T.", "FILE [SIZE]", 1, 2);
            create.addOption(value("-b", "--backing", "FILE", "What the image lies over (qcow2 only)."));
            create.addOption(value("-F", "--backing-format", "FORMAT", "Its format, raw or qcow2."));
            var convert = add(spec, "convert", "Copies a disk into a new image.", "FILE NEW", 2, 2);
            convert.addOption(value("-O", "--output", "FORMAT", "The new image's format. Default: by its name."));
            convert.addOption(value("-c", "--compress", "METHOD", "Compresses: zlib or zstd (qcow2 only)."));
            add(spec, "resize", "Makes a disk larger; +SIZE adds to it.", "FILE SIZE", 2, 2);
            add(spec, "commit", "Writes an overlay's changes into the image below it.", "FILE", 1, 1);
            add(spec, "diff", "Shows where two disks differ. Status 0: nowhere; 1: somewhere.", "FILE FILE", 2, 2);
        }
        return spec;
    }

    /**
     * Does what was asked for and returns the exit status.
     *
     * @throws CommandFailure if it cannot be done
     */
    static int run(ParseResult image, PrintWriter out, PrintWriter err) {
        var given = image.subcommand();
        if (given == null) {
            image.commandSpec().commandLine().usage(err);
            return ExitStatus.BAD_ARGUMENTS;
        }
        if (given.isUsageHelpRequested()) {
            given.commandSpec().commandLine().usage(out);
            return ExitStatus.POWER_OFF;
        }
        List<String> names = given.matchedPositionalValue(0, List.of());
        try {
            return run(given, names, out);
        } catch (IOException e) {
            throw CommandFailure.badArgument(String.valueOf(e.getMessage()));
        }
    }

    private static int run(ParseResult given, List<String> names, PrintWriter out) throws IOException {
        var file = Commands.path("image", names.getFirst());
        var format = format(given, "-f");
        switch (given.commandSpec().name()) {
            case "info" -> ImageFiles.info(file, format).forEach(out::println);
            case "check" -> {
                return report(ImageFiles.check(file, format), out);
            }
            case "create" -> create(given, names, format);
            case "convert" -> convert(given, names, format);
            case "resize" -> {
                var text = names.get(1);
                var added = text.startsWith("+") ? ImageFiles.sizeBytes(file, format) : 0;
                ImageFiles.resize(file, format, added + size(text.substring(added > 0 ? 1 : 0)));
            }
            case "commit" -> out.println(ImageFiles.commit(file) + " bytes written");
            case "diff" -> {
                return diff(names, format, out);
            }
            default ->
                throw new IllegalStateException(
                        "unknown command " + given.commandSpec().name());
        }
        return ExitStatus.POWER_OFF;
    }

    private static void create(ParseResult given, List<String> names, @Nullable Format format) throws IOException {
        String backing = given.matchedOptionValue("-b", (@Nullable String) null);
        if (backing == null && names.size() < 2) {
            throw CommandFailure.badArgument("image create " + names.getFirst() + " needs a SIZE");
        }
        ImageFiles.create(
                Commands.path("image", names.getFirst()),
                backing != null && format == null ? Format.QCOW2 : orByName(format, names.getFirst()),
                names.size() < 2 ? -1 : size(names.get(1)),
                backing == null ? null : Commands.path("backing file", backing),
                format(given, "-F"));
    }

    private static void convert(ParseResult given, List<String> names, @Nullable Format format) throws IOException {
        var source = Commands.path("image", names.getFirst());
        var target = Commands.path("image", names.get(1));
        String compression = given.matchedOptionValue("-c", (@Nullable String) null);
        var output = orByName(format(given, "-O"), names.get(1));
        if (compression == null) {
            ImageFiles.convert(source, format, target, output);
        } else if (output == Format.QCOW2) {
            ImageFiles.convertCompressed(source, format, target, compression);
        } else {
            throw CommandFailure.badArgument("--compress " + compression + ": a raw image is never compressed");
        }
    }

    private static int report(ImageFiles.CheckReport found, PrintWriter out) {
        found.lines().forEach(out::println);
        if (found.errors() > 0) {
            out.println(found.errors() + " errors, " + found.leaks() + " clusters that nobody uses");
            return FOUND_ERRORS;
        }
        out.println(found.leaks() > 0 ? found.leaks() + " clusters that nobody uses" : "no errors");
        return found.leaks() > 0 ? FOUND_LEAKS : ExitStatus.POWER_OFF;
    }

    private static int diff(List<String> names, @Nullable Format format, PrintWriter out) throws IOException {
        var differences = ImageFiles.diff(
                Commands.path("image", names.get(0)),
                format,
                Commands.path("image", names.get(1)),
                null,
                MOST_DIFFERENCES);
        for (var difference : differences) {
            out.println(difference.length() + " bytes at " + difference.offset());
        }
        if (differences.size() == MOST_DIFFERENCES) {
            out.println("… and perhaps more");
        }
        return differences.isEmpty() ? ExitStatus.POWER_OFF : DIFFERENT;
    }

    private static @Nullable Format format(ParseResult given, String option) {
        if (given.commandSpec().findOption(option) == null) {
            return null;
        }
        String text = given.matchedOptionValue(option, (@Nullable String) null);
        if (text == null) {
            return null;
        }
        var format = Format.of(text);
        if (format == null) {
            throw CommandFailure.badArgument(option + " " + text + ": formats are raw and qcow2");
        }
        return format;
    }

    private static Format orByName(@Nullable Format format, String name) {
        if (format != null) {
            return format;
        }
        return name.endsWith(".qcow2") ? Format.QCOW2 : Format.RAW;
    }

    /** A size as people write it, whole sectors. */
    private static long size(String text) {
        if (!text.matches("[0-9]{1,15}[KMGTkmgt]?")) {
            throw CommandFailure.badArgument(text + " is not a size; write a number and K, M, G or T, as in 10G");
        }
        var suffix = "kmgt".indexOf(Character.toLowerCase(text.charAt(text.length() - 1)));
        var number = Long.parseLong(suffix < 0 ? text : text.substring(0, text.length() - 1));
        var shift = 10 * (suffix + 1);
        var bytes = number << shift;
        if (bytes >> shift != number || bytes <= 0 || bytes % 512 != 0) {
            throw CommandFailure.badArgument("a disk of " + text + ": its size is a multiple of 512 bytes, and not 0");
        }
        return bytes;
    }

    private static CommandSpec add(
            CommandSpec parent, String name, String description, String label, int least, int most) {
        var spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description);
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity(least + ".." + most)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .build());
        spec.addOption(
                value("-f", "--format", "FORMAT", "The image's format, raw or qcow2. Default: by name and content."));
        spec.addOption(Commands.help());
        parent.addSubcommand(name, spec);
        return spec;
    }

    private static OptionSpec value(String name, String longName, String label, String description) {
        return OptionSpec.builder(name, longName)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }
}
