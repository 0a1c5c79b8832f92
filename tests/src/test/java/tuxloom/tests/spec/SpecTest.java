package tuxloom.tests.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every file of the official suite is a test; see {@link Suite} for where it comes from. */
@Tag("spec")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SpecTest {
    private static final long FILE_LIMIT_SECONDS = 120;

    /** Small enough that the suite's endless recursions end soon, large enough for its deep ones. */
    private static final long STACK_BYTES = 4 << 20;

    private static final int REPORTED_FAILURES = 20;

    /** Passed, failed and skipped commands of a folder or a file. */
    private static final class Totals {
        int files;
        int passed;
        int failed;

        /** Skipped because the module is text, which the engine does not read. */
        int text;

        /** Listed one by one in the exclusions. */
        int listed;

        final List<String> failures = new ArrayList<>();

        void add(Totals other) {
            files += other.files;
            passed += other.passed;
            failed += other.failed;
            text += other.text;
            listed += other.listed;
        }
    }

    private final Map<String, Totals> totals = new TreeMap<>();
    private List<Script> scripts = List.of();

    @BeforeAll
    void convert(@TempDir Path folder) throws IOException {
        scripts = Suite.convertForTest(folder);
    }

    @AfterAll
    void printTotals() {
        totals.forEach((folder, sum) -> System.out.printf(
                "wasm suite, %s: %d files, %d commands passed, %d failed, skipped: %d in the text format, %d listed in"
                        + " exclusions.txt%n",
                folder, sum.files, sum.passed, sum.failed, sum.text, sum.listed));
    }

    @TestFactory
    Stream<DynamicTest> everyFileOfTheSuitePasses() throws IOException {
        Exclusions exclusions = Exclusions.load();
        return scripts.stream()
                .map(script -> DynamicTest.dynamicTest(script.path(), () -> {
                    Optional<String> reason = exclusions.reason(script);
                    Totals sum = runOnItsOwnThread(script, exclusions.lines(script));
                    if (reason.isPresent()) {
                        totals.computeIfAbsent(script.folder() + " (listed as not passing)", key -> new Totals())
                                .add(sum);
                        assertThat(sum.failures)
                                .as("%s passes; take it off exclusions.txt (%s)", script.path(), reason.get())
                                .isNotEmpty();
                    } else {
                        totals.computeIfAbsent(script.folder(), key -> new Totals())
                                .add(sum);
                        assertThat(sum.failures.stream().limit(REPORTED_FAILURES))
                                .as("%d of %d commands failed", sum.failed, sum.passed + sum.failed)
                                .isEmpty();
                    }
                }));
    }

    @Test
    void everyExclusionMatchesAFile() throws IOException {
        for (String pattern : Exclusions.load().patterns()) {
            assertThat(scripts)
                    .as("files that %s of exclusions.txt means", pattern)
                    .anyMatch(script -> Exclusions.matches(pattern, script));
        }
    }

    private static Totals runOnItsOwnThread(Script script, Set<Integer> listedLines) throws Exception {
        FutureTask<Totals> task = new FutureTask<>(() -> run(script, listedLines));
        Thread thread = Thread.ofPlatform()
                .name("spec " + script.path())
                .daemon()
                .stackSize(STACK_BYTES)
                .start(task);
        if (!thread.join(Duration.ofSeconds(FILE_LIMIT_SECONDS))) {
            fail("%s still runs after %d s: %s", script.path(), FILE_LIMIT_SECONDS, List.of(thread.getStackTrace()));
        }
        return task.get(0, TimeUnit.SECONDS);
    }

    private static Totals run(Script script, Set<Integer> listedLines) throws IOException {
        Totals sum = new Totals();
        sum.files = 1;
        try (ScriptRunner runner = new ScriptRunner(script)) {
            for (Command command : script.commands()) {
                ScriptRunner.Outcome outcome = runner.run(command);
                if (listedLines.contains(command.line())) {
                    sum.listed++;
                    if (outcome.failure() == null) {
                        sum.failures.add(script.name() + ":" + command.line() + " passes; take it off exclusions.txt");
                    }
                } else if (outcome.skipped()) {
                    sum.text++;
                } else if (outcome.failure() == null) {
                    sum.passed++;
                } else {
                    sum.failed++;
                    sum.failures.add(
                            script.name() + ":" + command.line() + " " + command.type() + " " + outcome.failure());
                }
            }
        }
        return sum;
    }
}
