package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The measurements of one benchmark, by host and figure. */
final class Results {
    private final Map<String, String> environment;
    private final Map<String, Map<Figure, List<Double>>> byHost = new LinkedHashMap<>();

    /** @param environment what the figures depend on: machine, versions; printed and stored with them */
    Results(Map<String, String> environment) {
        this.environment = new LinkedHashMap<>(environment);
    }

    void add(String host, Figure figure, double value) {
        byHost.computeIfAbsent(host, name -> new EnumMap<>(Figure.class))
                .computeIfAbsent(figure, key -> new ArrayList<>())
                .add(value);
    }

    @Nullable
    Series series(String host, Figure figure) {
        List<Double> values = byHost.getOrDefault(host, Map.of()).get(figure);
        return values == null ? null : new Series(values);
    }

    /** A table in Markdown: median and spread for each host, and the first host's median as ratio of each other's. */
    String table() {
        var text = new StringBuilder();
        environment.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
        List<String> hosts = List.copyOf(byHost.keySet());
        List<String> others = hosts.stream().skip(1).toList();
        text.append("\n| figure | ").append(String.join(" | ", hosts));
        others.forEach(other -> text.append(" | ratio to ").append(other));
        text.append(" |\n|---")
                .append("|---:".repeat(hosts.size() + others.size()))
                .append("|\n");
        for (Figure figure : Figure.values()) {
            if (hosts.stream().anyMatch(host -> series(host, figure) != null)) {
                text.append(row(figure, hosts, others));
            }
        }
        return text.toString();
    }

    private String row(Figure figure, List<String> hosts, List<String> others) {
        Series first = series(hosts.getFirst(), figure);
        var cells = new ArrayList<String>();
        cells.add(figure.title());
        for (String host : hosts) {
            cells.add(cell(series(host, figure), figure.unit()));
        }
        for (String other : others) {
            Series series = series(other, figure);
            cells.add(first == null || series == null ? "–" : ratio(first.median(), series.median()));
        }
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String cell(@Nullable Series series, String unit) {
        if (series == null) {
            return "–";
        }
        String number = series.median() < 100
                ? String.format(Locale.ROOT, "%.2f", series.median())
                : String.format(Locale.ROOT, "%,.0f", series.median());
        return String.format(Locale.ROOT, "%s ±%.0f %%", (number + " " + unit).strip(), series.spreadPercent());
    }

    private static String ratio(double ours, double theirs) {
        return theirs == 0 ? "–" : String.format(Locale.ROOT, "%.2fx", ours / theirs);
    }

    /** Writes everything as JSON, single values included. */
    void writeJson(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, json());
    }

    private String json() {
        var text = new StringBuilder("{\n");
        fields(text, environment, (out, value) -> out.append(quoted(value)), 2);
        text.setLength(text.length() - 1);
        text.append(",\n  \"hosts\": {\n");
        fields(text, byHost, Results::hostJson, 4);
        return text.append("  }\n}\n").toString();
    }

    private static void hostJson(StringBuilder out, Map<Figure, List<Double>> figures) {
        out.append("{\n");
        var named = new LinkedHashMap<String, Map.Entry<Figure, List<Double>>>();
        for (var entry : figures.entrySet()) {
            named.put(entry.getKey().name().toLowerCase(Locale.ROOT), entry);
        }
        fields(out, named, (to, entry) -> figureJson(to, entry.getKey(), entry.getValue()), 6);
        out.append("    }");
    }

    private static void figureJson(StringBuilder out, Figure figure, List<Double> values) {
        String list = values.stream()
                .map(value -> String.format(Locale.ROOT, "%.4f", value))
                .collect(Collectors.joining(", "));
        out.append(String.format(
                        Locale.ROOT,
                        "{\"unit\": %s, \"median\": %.4f, ",
                        quoted(figure.unit()),
                        new Series(values).median()))
                .append("\"values\": [")
                .append(list)
                .append("]}");
    }

    private static <T> void fields(
            StringBuilder out, Map<String, T> map, BiConsumer<StringBuilder, T> write, int indent) {
        int left = map.size();
        for (var entry : map.entrySet()) {
            out.append(" ".repeat(indent)).append(quoted(entry.getKey())).append(": ");
            write.accept(out, entry.getValue());
            out.append(--left > 0 ? ",\n" : "\n");
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
