package tuxloom.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tuxloom.tests.Repository;

/** What the launcher tells the JIT compilers names classes that there are. */
class JitDirectivesTest {
    private static final String PACKAGE = "tuxloom/engine/";

    /** Hot in guests that run for long; C2 must be free to compile them. */
    private static final List<String> RUNTIME = List.of(
            "Context",
            "ContextOperations",
            "Conversions",
            "Instance",
            "Lanes8",
            "LargeFrame",
            "Memory",
            "MemoryAtomics",
            "MemoryBulk",
            "Numbers",
            "ParkingLot",
            "Swar",
            "Table",
            "TableOperations",
            "TailCalls");

    @Test
    void classesThatAreLeftToOneCompilerExistAndNoneRunsGuests() throws IOException {
        Set<String> classes = Sources.parseAll().stream()
                .map(Sources.Source::path)
                .filter(path -> path.startsWith("machine/engine/src/main/"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length()))
                .collect(Collectors.toSet());

        List<String> excluded = excluded();

        assertThat(classes).containsAll(RUNTIME);
        assertThat(excluded)
                .isNotEmpty()
                .allSatisfy(pattern -> assertThat(classes).anyMatch(name -> matches(pattern, name)))
                .allSatisfy(pattern -> assertThat(RUNTIME).noneMatch(name -> matches(pattern, name)));
    }

    /** Returns the patterns of classes that C2 does not compile. */
    private static List<String> excluded() throws IOException {
        JsonMapper mapper = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
                .build();
        List<String> patterns = new ArrayList<>();
        for (JsonNode directive : mapper.readTree(
                Repository.root().resolve("scripts/lib/jit-directives.json").toFile())) {
            if (directive.path("c2").path("Exclude").asBoolean()) {
                directive.path("match").forEach(method -> patterns.add(method.asText()));
            }
        }
        return patterns;
    }

    private static boolean matches(String pattern, String name) {
        String regex = pattern.replace(".*", "").replace("*", ".*");
        return (PACKAGE + name).matches(regex);
    }
}
