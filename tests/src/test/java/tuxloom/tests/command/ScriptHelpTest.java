package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tuxloom.tests.Repository;

/** The scripts that test and measure; those that start the command pass the question on to it. */
class ScriptHelpTest {
    @ParameterizedTest
    @ValueSource(strings = {"bench", "fuzz", "longrun", "soak", "stress", "test"})
    void aScriptThatIsAskedForHelpTellsItsUsageAndDoesNothing(String name) throws Exception {
        var script = Repository.root().resolve("scripts").resolve(name);
        var process = new ProcessBuilder(script.toString(), "--help")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("scripts/" + name + " ").doesNotContain("#", "tuxloom:", "==>");
    }
}
