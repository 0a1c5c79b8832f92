package tuxloom.tests.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command of a test script, as {@code wast2json} writes it; what a kind of command does not have is null. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Command(
        String type,
        int line,
        @Nullable String name,
        @Nullable String filename,
        @Nullable String as,
        @Nullable String text,
        @JsonProperty("module_type") @Nullable String moduleType,
        @Nullable Action action,
        @Nullable List<Value> expected) {

    /** A call of an exported function, or a look at an exported global. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Action(
            String type,
            @Nullable String module,
            String field,
            @Nullable List<Value> args) {}

    /** A value: a decimal bit pattern, {@code null}, or {@code nan:canonical} and {@code nan:arithmetic}; an array for vectors. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Value(
            String type,
            @JsonProperty("lane_type") @Nullable String laneType,
            @Nullable JsonNode value) {
        <T> T required(@Nullable T part, String what) {
            if (part == null) {
                throw new IllegalArgumentException("a value of type " + type + " has no " + what);
            }
            return part;
        }
    }

    public Action requiredAction() {
        return required(action, "action");
    }

    public String requiredFilename() {
        return required(filename, "filename");
    }

    List<Value> expectedOrNone() {
        return expected == null ? List.of() : expected;
    }

    <T> T required(@Nullable T part, String what) {
        if (part == null) {
            throw new IllegalArgumentException(type + " in line " + line + " has no " + what);
        }
        return part;
    }
}
