package tuxloom.tests.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles a whole kernel in a cold JVM, again and again: one process for each run. */
final class CompileBench {
    private static final Pattern COMPILED = Pattern.compile("compile_ns (\\d+)");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path kernel;
    private final Path work;
    private final Results results;

    CompileBench(Path kernel, Path work, Results results) {
        this.kernel = kernel;
        this.work = work;
        this.results = results;
    }

    void run(int runs) throws IOException, GuestFailedException, InterruptedException {
        for (int run = 0; run < runs; run++) {
            long start = System.nanoTime();
            try (GuestProcess process = GuestProcess.start(command(), Map.of(), work.resolve("compile.err"))) {
                int status = process.awaitExit(LIMIT);
                long processNanos = System.nanoTime() - start;
                process.await(COMPILED, 0, LIMIT);
                Matcher compiled = COMPILED.matcher(process.output());
                if (status != 0 || !compiled.find()) {
                    throw new GuestFailedException(
                            "the compiler ended with status " + status, process.output(), process.errorText());
                }
                results.add("tuxloom", Figure.COMPILE, Long.parseLong(compiled.group(1)) / 1e6);
                results.add("tuxloom", Figure.COMPILE_PROCESS, processNanos / 1e6);
            }
        }
    }

    /** The JVM that runs this, its flags and its class path, with another main class. */
    private List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "tuxloom.tests.bench.CompileKernel"));
        command.add(kernel.toString());
        return command;
    }
}
