package tuxloom.tests.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of the suite, converted to commands and binary modules.
 *
 * @param folder the feature it belongs to, such as {@code core}
 * @param name file name with {@code .wast}
 * @param json what {@code wast2json} wrote; the modules lie beside it
 */
public record Script(String folder, String name, Path json) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Commands(List<Command> commands) {}

    public List<Command> commands() throws IOException {
        return MAPPER.readValue(json.toFile(), Commands.class).commands();
    }

    public byte[] module(String filename) throws IOException {
        return Files.readAllBytes(json.resolveSibling(filename));
    }

    /** Folder and file, as the list of exclusions names it. */
    public String path() {
        return folder + "/" + name;
    }
}
