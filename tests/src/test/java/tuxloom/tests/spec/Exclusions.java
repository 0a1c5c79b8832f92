package tuxloom.tests.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the engine is known not to pass, each with its reason: lines {@code folder/file.wast: reason} of the resource
 * {@code exclusions.txt}, where the path may hold {@code *}, or {@code folder/file.wast:line: reason} for a single command;
 * {@code #} starts a comment.
 */
final class Exclusions {
    private final Map<String, String> reasons = new LinkedHashMap<>();

    static Exclusions load() throws IOException {
        try (InputStream in = Exclusions.class.getResourceAsStream("exclusions.txt")) {
            if (in == null) {
                throw new IOException("the resource exclusions.txt is missing beside " + Exclusions.class);
            }
            Exclusions exclusions = new Exclusions();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(exclusions::add);
            return exclusions;
        }
    }

    private void add(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        int colon = line.indexOf(": ");
        if (colon < 0) {
            throw new IllegalArgumentException("exclusions.txt: no reason in line '" + line + "'");
        }
        reasons.put(line.substring(0, colon), line.substring(colon + 2));
    }

    /** Why a file is on the list, if it is. */
    Optional<String> reason(Script script) {
        return reasons.entrySet().stream()
                .filter(entry -> !entry.getKey().contains(":"))
                .filter(entry -> matches(entry.getKey(), script))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The lines of a file's commands that are on the list one by one. */
    Set<Integer> lines(Script script) {
        Set<Integer> lines = new TreeSet<>();
        for (String pattern : reasons.keySet()) {
            if (pattern.startsWith(script.path() + ":")) {
                lines.add(Integer.valueOf(pattern.substring(script.path().length() + 1)));
            }
        }
        return lines;
    }

    /** All patterns, to find those that no file matches. */
    Iterable<String> patterns() {
        return reasons.keySet();
    }

    static boolean matches(String pattern, Script script) {
        return FileSystems.getDefault()
                .getPathMatcher("glob:" + pattern.replaceFirst(":\\d+$", ""))
                .matches(Path.of(script.path()));
    }
}
