package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private final Results results = new Results(Map.of("java", "25 \"x\""));

    @Test
    void tableSetsOurMedianAgainstTheOtherHosts() {
        results.add("tuxloom", Figure.PIPE, 20);
        results.add("node", Figure.PIPE, 200);

        assertThat(results.table())
                .contains("| figure | tuxloom | node | ratio to node |")
                .contains("| 20.00 µs ±0 % | 200 µs ±0 % | 0.10x |");
    }

    @Test
    void figureThatOneHostLacksHasNoRatio() {
        results.add("tuxloom", Figure.PIPE, 20);
        results.add("node", Figure.GETPPID, 50);

        assertThat(results.table()).contains("| 20.00 µs ±0 % | – | – |");
    }

    @Test
    void jsonHoldsEverySingleValue(@TempDir Path folder) throws IOException {
        results.add("tuxloom", Figure.PIPE, 20);
        results.add("tuxloom", Figure.PIPE, 30);
        Path file = folder.resolve("new/boot.json");

        results.writeJson(file);

        assertThat(Files.readString(file)).isEqualTo("""
                {
                  "java": "25 \\"x\\"",
                  "hosts": {
                    "tuxloom": {
                      "pipe": {"unit": "µs", "median": 25.0000, "values": [20.0000, 30.0000]}
                    }
                  }
                }
                """);
    }
}
