package tuxloom.tests.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tuxloom.images.Images;
import tuxloom.tests.Repository;
import tuxloom.tests.bench.GuestFailedException;
import tuxloom.tests.bench.GuestProcess;

/** Starts {@code scripts/tuxloom} of this work tree on pipes, or under script(1) on a terminal. */
final class Tuxloom {
    /** Far more than a boot takes, also while other tests use the machine. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Path SCRIPT = Repository.root().resolve("scripts").resolve("tuxloom");

    /** Tests neither use nor make the user's prepared starts. */
    private static final Map<String, String> WITHOUT_CACHE = Map.of("TUXLOOM_START", "off");

    private Tuxloom() {}

    /** What a run that ended left behind. */
    record Run(int status, String output, String errors) {}

    /** Runs the command on pipes with {@code input} and the end of input after it, and waits for its end. */
    static Run run(Path folder, String input, String... arguments) throws Exception {
        return run(folder, WITHOUT_CACHE, input, arguments);
    }

    /** The same with further options of the JVM. */
    static Run runWithJavaOptions(Path folder, String options, String input, String... arguments) throws Exception {
        return run(folder, Map.of("TUXLOOM_START", "off", "TUXLOOM_JAVA_OPTIONS", options), input, arguments);
    }

    /** The same with prepared starts in {@code cache}, which no other test and no user shares. */
    static Run runWithCache(Path folder, Path cache, String input, String... arguments) throws Exception {
        return runWithCache(folder, cache, Map.of(), input, arguments);
    }

    /** The same with further environment variables. */
    static Run runWithCache(Path folder, Path cache, Map<String, String> environment, String input, String... arguments)
            throws Exception {
        var images = Images.locate().kernel().resolveSibling(".").normalize().toString();
        var all = new HashMap<>(environment);
        all.putAll(Map.of("TUXLOOM_CACHE", cache.toString(), "TUXLOOM_IMAGES", images, "TUXLOOM_START", ""));
        return run(folder, all, input, arguments);
    }

    private static Run run(Path folder, Map<String, String> environment, String input, String... arguments)
            throws Exception {
        var inputFile = Files.writeString(folder.resolve("stdin"), input);
        var outputFile = folder.resolve("stdout");
        var errorFile = folder.resolve("stderr");
        var builder = new ProcessBuilder(command(arguments))
                .redirectInput(inputFile.toFile())
                .redirectOutput(outputFile.toFile())
                .redirectError(errorFile.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            if (!process.waitFor(LIMIT)) {
                throw new AssertionError("no exit within " + LIMIT + "; it printed: " + Files.readString(outputFile)
                        + Files.readString(errorFile));
            }
            return new Run(process.exitValue(), Files.readString(outputFile), Files.readString(errorFile));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts the command on pipes that stay open. */
    static GuestProcess onPipes(Path folder, String... arguments) throws IOException {
        return GuestProcess.start(command(arguments), WITHOUT_CACHE, folder.resolve("stderr"));
    }

    /**
     * Starts the command on a terminal of 30 lines of 100 columns; its mode before and after goes to the files {@code before} and
     * {@code after}. The process's exit status is the command's. Its temporary files are in a folder {@code temporary}.
     */
    static GuestProcess onTerminal(Path folder, String... arguments) throws IOException {
        var shell = "stty rows 30 cols 100; stty -g > before; env --default-signal=INT,TERM,HUP '" + SCRIPT + "' "
                + String.join(" ", arguments) + "; status=$?; stty -g > after; exit $status";
        var temporary = Files.createDirectories(folder.resolve("temporary"));
        var script = "cd '" + folder + "' && " + shell;
        return GuestProcess.start(
                List.of("script", "--quiet", "--return", "--command", script, "/dev/null"),
                Map.of(
                        "SHELL",
                        "/bin/sh",
                        "TERM",
                        "vt100",
                        "TUXLOOM_START",
                        "off",
                        "TUXLOOM_JAVA_OPTIONS",
                        "-Djava.io.tmpdir=" + temporary),
                folder.resolve("stderr"));
    }

    /** Waits for the shell's prompt. */
    static void awaitPrompt(GuestProcess guest) throws GuestFailedException, InterruptedException {
        guest.await(GuestProcess.PROMPT, 0, LIMIT);
    }

    /** Types a line and waits for output after it that matches, and then for the next prompt. */
    static void line(GuestProcess guest, String line, String pattern) throws Exception {
        var mark = guest.mark();
        guest.type(line + "\r");
        guest.await(Pattern.compile(pattern, Pattern.MULTILINE), mark, LIMIT);
        guest.await(Pattern.compile("\\n[^\\n]*[#$] \\z"), mark, LIMIT);
    }

    /** Returns the JVM below the process that runs the terminal. */
    static ProcessHandle jvm(GuestProcess guest) {
        return ProcessHandle.of(guest.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no JVM runs below process " + guest.pid()));
    }

    private static List<String> command(String... arguments) {
        var command = new ArrayList<String>();
        command.add(SCRIPT.toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
