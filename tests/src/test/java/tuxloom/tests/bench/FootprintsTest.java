package tuxloom.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FootprintsTest {
    private final Footprints footprints = new Footprints();
    private final List<String> lines = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private void add(int samples, long startKib, long kibEach) {
        for (int i = 0; i < samples; i++) {
            long heap = startKib + i * kibEach;
            footprints.add(new Footprints.Sample(i * 30, heap, 7_000, 300_000, 39, 4_000));
        }
        footprints.judge(lines, failures);
    }

    @Test
    void steadyProcessPasses() {
        add(60, 17_000, 0);
        assertThat(failures).isEmpty();
        assertThat(lines).hasSize(5);
    }

    @Test
    void heapThatGrowsALittleEachTimeFails() {
        add(60, 17_000, 50);
        assertThat(failures).singleElement().asString().contains("heap");
    }

    @Test
    void fewSamplesSayNothing() {
        add(5, 17_000, 5_000);
        assertThat(failures).isEmpty();
        assertThat(lines).singleElement().asString().contains("say nothing");
    }
}
