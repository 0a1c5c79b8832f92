package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineResultsTest {
    private final EngineResults results = new EngineResults(Map.of());

    @Test
    void ratiosAreOfMediansAndTheirMeanIsGeometric() {
        results.add("a", "tuxloom", 9, 2, "1");
        results.add("a", "tuxloom", 9, 4, "1");
        results.add("a", "tuxloom", 9, 100, "1");
        results.add("a", "v8", 3, 2, "1");
        results.add("b", "tuxloom", 9, 1, "7");
        results.add("b", "v8", 3, 2, "7");

        assertThat(results.ratio("a", "v8", true)).isEqualTo(2);
        assertThat(results.geometricMean("v8", true)).isCloseTo(1, within(1e-9));
        assertThat(results.table()).contains("| a | 4.00 ±1225 % | 2.00x | – | – | 9.00 ±0 % | 3.00x |");
    }

    @Test
    void anEngineThatComputesSomethingElseIsRefused() {
        results.add("a", "tuxloom", 9, 2, "1");

        assertThatThrownBy(() -> results.add("a", "v8", 9, 2, "2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("v8 computes 2");
    }

    @Test
    void warmIsTheMedianOfTheFastestHalf() {
        assertThat(EngineBench.warm(List.of(900L, 5L, 7L, 6L, 800L, 8L, 70L, 60L)))
                .isEqualTo(7);
    }
}
