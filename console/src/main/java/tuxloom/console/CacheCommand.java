package tuxloom.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import tuxloom.images.Images;

/** {@code tuxloom cache}: shows the prepared starts, and {@code tuxloom cache clear} removes them. */
final class CacheCommand {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final double BYTES_PER_MEBIBYTE = 1 << 20;

    private CacheCommand() {}

    static CommandSpec spec() {
        var clear = CommandSpec.create().name("clear");
        clear.addOption(Commands.help());
        clear.usageMessage().description("Removes all prepared starts. The guest's images stay.");
        var spec = CommandSpec.create().name("cache");
        spec.addOption(Commands.help());
        spec.addSubcommand("clear", clear);
        spec.usageMessage()
                .description("Lists the prepared starts: compiled kernels that later boots begin with.")
                .footer(
                        "The folder is start in TUXLOOM_CACHE, else in tuxloom in XDG_CACHE_HOME, else in ~/.cache/tuxloom.");
        return spec;
    }

    /**
     * Runs the command.
     *
     * @throws CommandFailure if the folder cannot be read or changed
     */
    static int run(ParseResult given, PrintWriter out) {
        try {
            var folder = Images.cacheFolder().resolve("start");
            var cache = new StartCache(folder);
            if (given.hasSubcommand()) {
                out.println(cache.clear() + " prepared starts removed from " + folder);
            } else {
                list(cache, folder.toString(), out);
            }
            return ExitStatus.POWER_OFF;
        } catch (IOException e) {
            throw CommandFailure.hostError("the cache: " + e.getMessage());
        }
    }

    private static void list(StartCache cache, String folder, PrintWriter out) throws IOException {
        var entries = cache.entries(FastStart.build());
        if (entries.isEmpty()) {
            out.println("no prepared starts in " + folder);
            return;
        }
        out.println("prepared starts in " + folder + ":");
        var total = 0L;
        for (var entry : entries) {
            total += entry.bytes();
            out.printf(
                    Locale.ROOT,
                    "%8.1f MiB  %s  %s: %s%n",
                    entry.bytes() / BYTES_PER_MEBIBYTE,
                    MINUTES.format(entry.made()),
                    entry.kernel(),
                    entry.state());
        }
        out.printf(Locale.ROOT, "%8.1f MiB  in all; tuxloom cache clear removes them%n", total / BYTES_PER_MEBIBYTE);
    }
}
