package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.virtio.HostileCase.Verdict;

/**
 * Drivers that lie. Each case ends in PASS, REJECT or RESET as listed; after it, the other devices still serve, the victim serves
 * again, its threads end with it, and nothing that no request mentioned has changed.
 */
@Tag("hostile")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileSuiteTest {
    private static final int LEAST_CASES = 120;

    @TempDir
    Path folder;

    private final Map<Verdict, Integer> totals = new EnumMap<>(Verdict.class);

    private static List<HostileCase> cases() {
        List<HostileCase> cases = new ArrayList<>();
        cases.addAll(HostileRingCases.all());
        cases.addAll(HostileTransportCases.all());
        cases.addAll(HostileBlockCases.all());
        cases.addAll(HostileDeviceCases.all());
        cases.addAll(HostilePortCases.all());
        return cases;
    }

    @Test
    void casesAreManyAndEachHasItsOwnName() {
        assertThat(cases()).hasSizeGreaterThan(LEAST_CASES);
        assertThat(cases().stream().map(HostileCase::toString)).doesNotHaveDuplicates();
    }

    @TestFactory
    Stream<DynamicTest> everyCaseEndsAsListedAndHarmsNobody() {
        return cases().stream().map(hostile -> DynamicTest.dynamicTest(hostile.toString(), () -> run(hostile)));
    }

    private void run(HostileCase hostile) throws Exception {
        try (HostileBench bench = new HostileBench(hostile.target(), folder)) {
            Verdict verdict = hostile.attack().on(bench);
            bench.checkNoHarm();
            assertThat(verdict).as("%s", hostile).isIn(hostile.allowed());
            totals.merge(verdict, 1, Integer::sum);
        }
    }

    /** For {@code scripts/test hostile}, which shows this file. */
    @AfterAll
    void writeTotals() throws IOException {
        Path report = Path.of("target", "hostile-totals.txt");
        Files.createDirectories(report.getParent());
        Files.writeString(
                report,
                "hostile cases: %d; PASS %d, REJECT %d, RESET %d%n"
                        .formatted(
                                totals.values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum(),
                                totals.getOrDefault(Verdict.PASS, 0),
                                totals.getOrDefault(Verdict.REJECT, 0),
                                totals.getOrDefault(Verdict.RESET, 0)));
    }
}
