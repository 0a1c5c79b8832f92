package tuxloom.console;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The {@code tuxloom} command with its subcommands, and what they have in common. */
final class Commands {
    private Commands() {}

    /** The options of {@code image} are declared only when it is asked for: a boot must not wait for them. */
    static CommandSpec tuxloom(String... arguments) {
        var spec = CommandSpec.create().name("tuxloom");
        spec.addOption(help());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("Print the version and exit.")
                .build());
        spec.version(version());
        spec.usageMessage().description("Linux, compiled to WebAssembly, on the JVM.");
        spec.addSubcommand("boot", BootCommand.spec());
        var wantsImage = arguments.length > 0 && arguments[0].equals(ImageCommand.NAME);
        spec.addSubcommand(ImageCommand.NAME, ImageCommand.spec(wantsImage));
        spec.addSubcommand("cache", CacheCommand.spec());
        return spec;
    }

    static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Print this help and exit.")
                .build();
    }

    /**
     * Returns the path that an argument names.
     *
     * @throws CommandFailure (bad argument) if the host can have no such path
     */
    static Path path(String what, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw CommandFailure.badArgument(what + " " + name + ": " + e.getReason());
        }
    }

    private static String version() {
        var version = Commands.class.getPackage().getImplementationVersion();
        return "tuxloom " + (version == null ? "of the source tree" : version) + " on Java " + Runtime.version();
    }
}
