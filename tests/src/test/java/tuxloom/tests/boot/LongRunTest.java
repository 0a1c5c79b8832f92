package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.images.Images;
import tuxloom.tests.Repository;
import tuxloom.tests.bench.LongRun;

/** The load of {@code scripts/longrun}, for some seconds: too short for growth, and nothing in the tests asserts a time. */
@Tag("boot")
class LongRunTest {
    private static final Duration TIME = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void noByteIsLostDoubledOrChangedUnderLoad() throws Exception {
        LongRun.Verdict verdict = LongRun.run(Repository.root(), Images.locate(), folder, TIME, line -> {});
        assertThat(verdict.mistakes())
                .as("%s %s", verdict.failures(), verdict.figures())
                .isZero();
        assertThat(verdict.failures())
                .noneMatch(failure -> failure.contains("exit status") || failure.contains("only these"));
    }
}
