package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@link EngineBench} measured: for each workload and engine, milliseconds of cold and of warm runs. */
final class EngineResults {
    private record Figures(List<Double> cold, List<Double> warm) {}

    private static final List<String> OTHERS = List.of("v8", "native", "chicory");

    private final Map<String, String> environment;
    private final Map<String, Map<String, Figures>> byWorkload = new LinkedHashMap<>();
    private final Map<String, String> checksums = new TreeMap<>();

    /** @param environment what the figures depend on: machine, versions */
    EngineResults(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Takes one process's figures.
     *
     * @throws IllegalStateException if its checksum is not that of the other engines
     */
    void add(String workload, String engine, double coldMillis, double warmMillis, String checksum) {
        String known = checksums.putIfAbsent(workload, checksum);
        if (known != null && !known.equals(checksum)) {
            throw new IllegalStateException(
                    engine + " computes " + checksum + " for " + workload + ", other engines " + known);
        }
        Figures figures = byWorkload
                .computeIfAbsent(workload, name -> new LinkedHashMap<>())
                .computeIfAbsent(engine, name -> new Figures(new ArrayList<>(), new ArrayList<>()));
        figures.cold().add(coldMillis);
        figures.warm().add(warmMillis);
    }

    private @Nullable Series series(String workload, String engine, boolean warm) {
        Figures figures = byWorkload.getOrDefault(workload, Map.of()).get(engine);
        return figures == null ? null : new Series(warm ? figures.warm() : figures.cold());
    }

    /** A table in Markdown: this engine's times, and its ratios to the others', cold beside warm. */
    String table() {
        var text = new StringBuilder();
        environment.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
        text.append("\n| workload | warm ms | to V8 | to native | to Chicory | cold ms | to V8 |\n")
                .append("|---|---:|---:|---:|---:|---:|---:|\n");
        for (String workload : byWorkload.keySet()) {
            text.append("| ").append(workload).append(" | ").append(cell(workload, true));
            OTHERS.forEach(other -> text.append(" | ").append(number(ratio(workload, other, true))));
            text.append(" | ").append(cell(workload, false)).append(" | ");
            text.append(number(ratio(workload, "v8", false))).append(" |\n");
        }
        text.append("| **geometric mean** | ");
        OTHERS.forEach(other -> text.append(" | ").append(number(geometricMean(other, true))));
        return text.append(" | | ")
                .append(number(geometricMean("v8", false)))
                .append(" |\n")
                .toString();
    }

    private String cell(String workload, boolean warm) {
        Series series = series(workload, "tuxloom", warm);
        return series == null
                ? "–"
                : String.format(Locale.ROOT, "%.2f ±%.0f %%", series.median(), series.spreadPercent());
    }

    private static String number(double ratio) {
        return Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, "%.2fx", ratio);
    }

    /** This engine's median over another's; not a number when one is missing. */
    double ratio(String workload, String other, boolean warm) {
        Series ours = series(workload, "tuxloom", warm);
        Series theirs = series(workload, other, warm);
        return ours == null || theirs == null ? Double.NaN : ours.median() / theirs.median();
    }

    /** The geometric mean of all ratios to an engine. */
    double geometricMean(String other, boolean warm) {
        return Math.exp(byWorkload.keySet().stream()
                .mapToDouble(workload -> ratio(workload, other, warm))
                .filter(ratio -> !Double.isNaN(ratio))
                .map(Math::log)
                .average()
                .orElse(Double.NaN));
    }

    /** Writes everything as JSON, single values included. */
    void writeJson(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        String header = environment.entrySet().stream()
                .map(entry -> "  \"" + entry.getKey() + "\": \"" + entry.getValue() + "\",\n")
                .collect(Collectors.joining());
        String workloads = byWorkload.entrySet().stream()
                .map(entry -> "    \"" + entry.getKey() + "\": {\n" + engines(entry.getValue()) + "\n    }")
                .collect(Collectors.joining(",\n"));
        Files.writeString(file, "{\n" + header + "  \"workloads\": {\n" + workloads + "\n  }\n}\n");
    }

    private static String engines(Map<String, Figures> engines) {
        return engines.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "      \"%s\": {\"cold_ms\": %s, \"warm_ms\": %s}",
                        entry.getKey(),
                        entry.getValue().cold(),
                        entry.getValue().warm()))
                .collect(Collectors.joining(",\n"));
    }
}
