package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Node host that benchmarks compare with must work, and stay as small as it claims to be. */
class NodeHostTest {
    private static final Path FOLDER = Path.of("bench/node-host");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void bootsAHandWrittenKernel(@TempDir Path work) throws Exception {
        assumeTrue(isInstalled("node") && isInstalled("wat2wasm"), "node and wat2wasm are not installed");
        String script = FOLDER.resolve("selftest/run.mjs").toString();
        try (GuestProcess test = GuestProcess.start(List.of("node", script), Map.of(), work.resolve("err"))) {
            int status = test.awaitExit(LIMIT);
            assertThat(status).as(test.output() + test.errorText()).isZero();
        }
    }

    @Test
    void staysUnderFiveHundredLinesOfCode() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            long lines = 0;
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".mjs")).toList()) {
                lines += Files.readAllLines(file).stream()
                        .filter(NodeHostTest::isCode)
                        .count();
            }
            assertThat(lines).isBetween(1L, 499L);
        }
    }

    private static boolean isCode(String line) {
        String text = line.strip();
        return !text.isEmpty() && !text.startsWith("//") && !text.startsWith("/*") && !text.startsWith("*");
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
