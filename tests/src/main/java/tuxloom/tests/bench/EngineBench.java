package tuxloom.tests.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The same wasm modules on this engine, on V8, on Chicory, and the same sources compiled by gcc: a process for each run,
 * the engines in turns, so that a drift of the machine does not end in the ratios.
 */
final class EngineBench {
    /** A workload: an exported function of a module. */
    record Workload(String name, String module) {}

    private static final List<String> SMALL = List.of(
            "mix", "fib", "indirect", "sieve", "crc", "tree", "quicksort", "compress", "matrix", "nbody", "mandelbrot");

    /** Each in a module of its own. */
    private static final List<String> LARGE = List.of("machine", "huge", "lua", "sqlite");

    private static final List<Workload> WORKLOADS = workloads();
    private static final Pattern REPETITION = Pattern.compile("(?m)^(\\d+) (\\d+)$");
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int REPETITIONS = 20_000;

    private final Path modules;
    private final Path root;
    private final Path work;
    private final EngineResults results;

    /**
     * @param modules the folder with what {@code tests/bench/engine/build} made
     * @param work an existing folder for logs
     */
    EngineBench(Path modules, Path root, Path work, EngineResults results) {
        this.modules = modules;
        this.root = root;
        this.work = work;
        this.results = results;
    }

    private static List<Workload> workloads() {
        var all = new ArrayList<Workload>();
        for (String small : SMALL) {
            all.add(new Workload(small, "small"));
        }
        for (String large : LARGE) {
            all.add(new Workload(large, large));
        }
        return all;
    }

    /** Measures all workloads {@code runs} times on each engine; Chicory once, because it takes so long. */
    void run(int runs, boolean withNode) throws IOException, InterruptedException, GuestFailedException {
        for (Workload workload : WORKLOADS) {
            System.err.println("    " + workload.name());
            for (int run = 0; run < runs; run++) {
                measure(
                        "tuxloom",
                        workload,
                        java("tuxloom.tests.bench.EngineRun", workload, LARGE.contains(workload.name()) ? 15 : 5));
                if (withNode) {
                    measure("v8", workload, node(workload));
                }
                measure("native", workload, nativeProgram(workload));
                if (run == 0) {
                    measure("chicory", workload, java("tuxloom.tests.bench.ChicoryRun", workload, 10));
                }
            }
        }
    }

    /** The JVM that runs this, its flags and its class path, with another main class. */
    private List<String> java(String mainClass, Workload workload, int seconds) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        String tests = root.resolve("tests/target/test-classes") + File.pathSeparator
                + root.resolve("tests/target/bench-lib") + File.separator + "*";
        command.addAll(List.of("-cp", System.getProperty("java.class.path") + File.pathSeparator + tests, mainClass));
        command.addAll(arguments(workload, seconds));
        return command;
    }

    private List<String> node(Workload workload) {
        var command = new ArrayList<String>();
        command.add("node");
        command.add(root.resolve("tests/bench/engine/run.mjs").toString());
        command.addAll(arguments(workload, 3));
        return command;
    }

    private List<String> arguments(Workload workload, int seconds) {
        return List.of(
                modules.resolve(workload.module() + ".wasm").toString(),
                workload.name(),
                "1",
                Integer.toString(REPETITIONS),
                Integer.toString(seconds * 1000));
    }

    private List<String> nativeProgram(Workload workload) {
        return List.of(modules.resolve(workload.name()).toString(), "1", "100");
    }

    private void measure(String engine, Workload workload, List<String> command)
            throws IOException, InterruptedException, GuestFailedException {
        var nanos = new ArrayList<Long>();
        String checksum = "";
        Path errors = work.resolve(engine + "-" + workload.name() + ".err");
        try (GuestProcess process = GuestProcess.start(command, Map.of(), errors)) {
            int status = process.awaitExit(LIMIT);
            process.await(REPETITION, 0, LIMIT);
            Matcher line = REPETITION.matcher(process.output());
            while (line.find()) {
                nanos.add(Long.parseLong(line.group(1)));
                checksum = line.group(2);
            }
            if (status != 0) {
                throw new GuestFailedException(
                        engine + " ended " + workload.name() + " with status " + status,
                        process.output(),
                        process.errorText());
            }
        } catch (GuestFailedException e) {
            if (!engine.equals("chicory")) {
                throw e;
            }
            System.err.println("    chicory does not finish " + workload.name() + ": " + e.getMessage());
            return;
        }
        results.add(workload.name(), engine, nanos.getFirst() / 1e6, warm(nanos) / 1e6, checksum);
    }

    /** The median of the fastest half: what a repetition takes once compilers are done, and where nobody disturbs. */
    static double warm(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 4];
    }
}
