package tuxloom.tests;

import java.nio.file.Files;
import java.nio.file.Path;

/** The repository that the tests run in. */
public final class Repository {
    private Repository() {}

    /** Returns its top folder. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        for (Path up = folder; up != null; up = up.getParent()) {
            if (Files.isDirectory(up.resolve("machine/engine"))) {
                return up;
            }
        }
        throw new IllegalStateException(folder + " does not lie in the repository");
    }
}
