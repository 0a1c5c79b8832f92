package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The command behind {@code scripts/bench}: {@code Bench ROOT IMAGES RUNS CPUS boot|hosts|disk|compile|engine|profile...}. */
final class Bench {
    private final Path root;
    private final GuestImages images;
    private final int runs;
    private final String cpus;
    private final boolean withNode;

    private Bench(Path root, GuestImages images, int runs, String cpus, boolean withNode) {
        this.root = root;
        this.images = images;
        this.runs = runs;
        this.cpus = cpus;
        this.withNode = withNode;
    }

    /** Runs the named benchmarks; ends with 1 and a message when a guest fails. */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> areas = List.of(arguments).subList(4, arguments.length);
        try {
            Path root = Path.of(arguments[0]);
            GuestImages images = GuestImages.in(Path.of(arguments[1]));
            String nodeVersion = firstLine("node", "--version");
            if (nodeVersion.isEmpty()) {
                System.err.println(
                        "node is not installed: no ratios to the Node host (Debian: apt-get install nodejs)");
            }
            var bench = new Bench(root, images, Integer.parseInt(arguments[2]), arguments[3], !nodeVersion.isEmpty());
            for (String area : areas) {
                bench.area(area, environment(images, nodeVersion, arguments[3]));
            }
        } catch (GuestFailedException | IOException e) {
            System.err.println("bench " + String.join(" ", areas) + ": " + e.getMessage());
            System.exit(1);
        }
    }

    private void area(String area, Map<String, String> environment)
            throws IOException, InterruptedException, GuestFailedException {
        if (area.equals("engine")) {
            engine(environment);
            return;
        }
        if (area.equals("profile")) {
            profile();
            return;
        }
        var results = new Results(environment);
        Path work = Files.createTempDirectory("tuxloom-bench-");
        try {
            switch (area) {
                case "boot" -> new BootBench(work, results).run(hosts(), runs);
                case "hosts" -> {
                    new BootBench(work, results).run(hosts(), runs);
                    new HostsBench(work, results).run(hosts());
                }
                case "disk" -> new DiskBench(work, fromEnvironment("TUXLOOM_BENCH_DISK"), results).run(hosts(), runs);
                case "compile" -> new CompileBench(images.kernel(), work, results).run(runs);
                default -> throw new IllegalArgumentException("no benchmark is called '" + area + "'");
            }
        } finally {
            deleteTree(work);
        }
        Path json = root.resolve("tests/target/bench/" + area + ".json");
        results.writeJson(json);
        System.out.println("\n## " + area + " (" + runs + " runs, median ± half the range)\n\n" + results.table());
        System.out.println("JSON: " + json);
    }

    private void profile() throws IOException, InterruptedException, GuestFailedException {
        Path work = Files.createTempDirectory("tuxloom-bench-");
        try {
            var host = HostCommand.tuxloom(root, images).with("--cpus", cpus);
            System.out.println(
                    "\n## profile (" + runs + " runs, medians in ms)\n\n" + new BootProfile(work, runs).run(host));
        } finally {
            deleteTree(work);
        }
    }

    private void engine(Map<String, String> environment)
            throws IOException, InterruptedException, GuestFailedException {
        var results = new EngineResults(environment);
        Path modules = fromEnvironment("TUXLOOM_BENCH_MODULES");
        Path work = Files.createTempDirectory("tuxloom-bench-");
        try {
            new EngineBench(modules, root, work, results).run(runs, withNode);
        } finally {
            deleteTree(work);
        }
        Path json = root.resolve("tests/target/bench/engine.json");
        results.writeJson(json);
        System.out.println("\n## engine (" + runs + " runs, median ± half the range)\n\n" + results.table());
        System.out.println("JSON: " + json);
    }

    /** What the script has built for us. */
    private static Path fromEnvironment(String variable) {
        return Path.of(Objects.requireNonNull(System.getenv(variable), variable + " is not set; use scripts/bench"));
    }

    private List<HostCommand> hosts() {
        var hosts = new ArrayList<HostCommand>();
        hosts.add(HostCommand.tuxloom(root, images).with("--cpus", cpus));
        if (withNode) {
            hosts.add(HostCommand.node(root, images).with("--cpus", cpus));
        }
        return hosts;
    }

    private static Map<String, String> environment(GuestImages images, String nodeVersion, String cpus)
            throws IOException, InterruptedException {
        var environment = new LinkedHashMap<String, String>();
        environment.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        environment.put("processor model", processorModel());
        environment.put("java", Runtime.version().toString());
        environment.put("node", nodeVersion.isEmpty() ? "absent" : nodeVersion);
        environment.put("guest CPUs", cpus);
        environment.put("guest kernel", images.linuxVersion() + ", " + Files.size(images.kernel()) + " bytes");
        return environment;
    }

    private static String processorModel() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    /** The first line that a command prints, or an empty string when there is no such command. */
    private static String firstLine(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).start();
            try (var reader = process.inputReader()) {
                String line = reader.readLine();
                process.waitFor(10, TimeUnit.SECONDS);
                return line == null ? "" : line;
            }
        } catch (IOException e) {
            return "";
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
