package tuxloom.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Fuzzes each {@link Target} for some seconds. The system property {@code tuxloom.fuzz.target} chooses one,
 * {@code tuxloom.fuzz.seconds} the time for each.
 */
@Tag("fuzz")
final class FuzzTest {
    private static final int DEFAULT_SECONDS = 8;

    /** Starting the JVM, instrumenting classes and running the seeds take time of their own. */
    private static final int OTHER_SECONDS = 240;

    private static final Path WORK = Path.of("target/fuzz");

    @TestFactory
    Stream<DynamicTest> inputsThatOnceFailedPass() {
        return targets().flatMap(FuzzTest::keptInputs);
    }

    @TestFactory
    Stream<DynamicTest> nothingFailsWhileTheTimeLasts() {
        boolean all = System.getProperty("tuxloom.fuzz.seconds") != null;
        return targets()
                .filter(target -> all || target.inTests)
                .map(target -> DynamicTest.dynamicTest(target.id(), () -> fuzz(target)));
    }

    private static Stream<Target> targets() {
        String wanted = System.getProperty("tuxloom.fuzz.target", "");
        List<Target> targets = Arrays.stream(Target.values())
                .filter(target -> wanted.isEmpty() || target.id().equals(wanted))
                .toList();
        if (targets.isEmpty()) {
            fail("no fuzz target is called '%s'; there are: %s", wanted, Arrays.toString(Target.values()));
        }
        return targets.stream();
    }

    private static Stream<DynamicTest> keptInputs(Target target) {
        try {
            var folder = FuzzTest.class.getResource(target.id());
            if (folder == null) {
                return Stream.empty();
            }
            try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
                return files
                        .sorted()
                        .map(file -> DynamicTest.dynamicTest(
                                target.id() + "/" + file.getFileName(),
                                () -> runOnce(target, Files.readAllBytes(file))))
                        .toList()
                        .stream();
            }
        } catch (IOException | java.net.URISyntaxException e) {
            throw new IllegalStateException("cannot list the kept inputs of " + target.id(), e);
        }
    }

    private static void runOnce(Target target, byte[] input) throws Throwable {
        MethodHandles.publicLookup()
                .findStatic(target.entry, "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class))
                .invoke(input);
    }

    private static void fuzz(Target target) throws IOException, InterruptedException {
        int seconds = Integer.getInteger("tuxloom.fuzz.seconds", DEFAULT_SECONDS);
        Path work = Files.createDirectories(WORK.resolve(target.id()).toAbsolutePath());
        Path seeds = work.resolve("seeds");
        if (!Files.isDirectory(seeds)) {
            target.writeSeeds(Files.createDirectories(seeds));
        }
        Path corpus = Files.createDirectories(work.resolve("corpus"));
        Path log = work.resolve("log");
        Process process = new ProcessBuilder(command(target, seconds, work, corpus, seeds))
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(seconds + OTHER_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the fuzzer of %s did not end; see %s", target.id(), log);
        }
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        System.out.printf("fuzz %s: %s%n", target.id(), lines.isEmpty() ? "no output" : lines.getLast());
        assertThat(process.exitValue())
                .as(
                        "%s; keep the input (crash-… in %s) under src/test/resources/tuxloom/tests/fuzz/%s%n%s",
                        target.id(), work, target.id(), String.join("\n", tail(lines)))
                .isZero();
    }

    private static List<String> tail(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 60), lines.size());
    }

    private static List<String> command(Target target, int seconds, Path work, Path corpus, Path seeds) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("--enable-native-access"))
                .forEach(command::add);
        command.addAll(List.of("-Xss16m", "-Xmx1g", "-cp", System.getProperty("java.class.path")));
        command.add("com.code_intelligence.jazzer.Jazzer");
        command.add("--target_class=" + target.entry.getName());
        command.add("--instrumentation_includes=" + target.covered);
        command.add("--custom_hook_includes=" + target.covered);
        command.add("--disabled_hooks=*");
        command.add("--reproducer_path=" + work);
        command.add("-artifact_prefix=" + work + "/");
        command.add("-max_total_time=" + seconds);
        command.add("-max_len=" + target.maximumInputBytes);
        command.add("-timeout=25");
        command.add("-rss_limit_mb=6000");
        command.add("-print_final_stats=1");
        command.add(corpus.toString());
        command.add(seeds.toString());
        return command;
    }
}
