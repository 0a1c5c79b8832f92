package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Shell scripts that scripts under test find in place of the host's programs. */
record StubPrograms(Path folder) {
    /** Adds one, with commands of sh. */
    void add(String name, String commands) throws IOException {
        var file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + commands + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** The environment in which they are found first. */
    Map<String, String> environment() {
        return Map.of("PATH", folder + ":" + System.getenv("PATH"));
    }
}
