package tuxloom.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the classes of this module under jcstress: {@code tuxloom.stress.mode} is its mode, a short one if there is none,
 * {@code tuxloom.stress.tests} a pattern of names.
 */
@Tag("stress")
class StressTest {
    private static final int LIMIT_HOURS = 12;

    /** Each test once in each compiler's code, 400 ms each. */
    private static final List<String> SHORT =
            List.of("-f", "1", "-fsm", "1", "-iters", "2", "-time", "200", "-sc", "false");

    private static final Path WORK = Path.of("target/stress").toAbsolutePath();

    @Test
    void noForbiddenOutcomeIsEverSeen() throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        Path log = WORK.resolve("log");
        Process process = new ProcessBuilder(command())
                .directory(WORK.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_HOURS, TimeUnit.HOURS))
                    .as("an end")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(log);
        List<String> totals = Pattern.compile("^ *\\(?Results: .*$", Pattern.MULTILINE)
                .matcher(output)
                .results()
                .map(match -> match.group().strip())
                .toList();
        System.out.println("stress: " + (totals.isEmpty() ? "no totals" : totals.getLast()));
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(totals).as(output).isNotEmpty();
        assertThat(totals.getLast()).doesNotContain(" 0 passed").contains(" 0 failed", " 0 soft errs", " 0 hard errs");
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main"));
        String mode = System.getProperty("tuxloom.stress.mode");
        command.addAll(mode == null ? SHORT : List.of("-m", mode));
        command.addAll(List.of("-t", System.getProperty("tuxloom.stress.tests", "tuxloom")));
        // Each JVM that it starts gets these.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("--enable-native-access"))
                .forEach(argument -> command.addAll(List.of("-jvmArgsPrepend", argument)));
        command.addAll(List.of("-r", WORK.resolve("results").toString()));
        return command;
    }
}
