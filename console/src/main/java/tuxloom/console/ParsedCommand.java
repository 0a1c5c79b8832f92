package tuxloom.console;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs what is no plain boot: help, version, other commands, and mistakes. Apart from {@link Main} so that a boot loads no picocli. */
final class ParsedCommand {
    private final PrintWriter out;
    private final PrintWriter err;

    ParsedCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Returns the exit status.
     *
     * @throws CommandFailure if the arguments are wrong or the command fails
     */
    int run(String... args) {
        var line = new CommandLine(Commands.tuxloom(args));
        try {
            return run(line, line.parseArgs(args));
        } catch (ParameterException e) {
            var command = e.getCommandLine().getCommandSpec().qualifiedName();
            throw CommandFailure.badArgument(e.getMessage() + " (see " + command + " --help)");
        }
    }

    private int run(CommandLine tuxloom, ParseResult given) {
        if (given.isVersionHelpRequested()) {
            tuxloom.printVersionHelp(out);
            return ExitStatus.POWER_OFF;
        }
        var command = given.subcommand();
        if (given.isUsageHelpRequested() || command == null) {
            tuxloom.usage(given.isUsageHelpRequested() ? out : err);
            return given.isUsageHelpRequested() ? ExitStatus.POWER_OFF : ExitStatus.BAD_ARGUMENTS;
        }
        var innermost = command.hasSubcommand() ? command.subcommand() : command;
        if (innermost.isUsageHelpRequested()) {
            innermost.commandSpec().commandLine().usage(out);
            return ExitStatus.POWER_OFF;
        }
        if (command.commandSpec().name().equals(ImageCommand.NAME)) {
            return ImageCommand.run(command, out, err);
        }
        if (command.commandSpec().name().equals("cache")) {
            return CacheCommand.run(command, out);
        }
        return new BootSession(BootCommand.plan(BootArguments.of(command))).run();
    }
}
