package tuxloom.tests.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import tuxloom.virtio.RingFuzz;
import tuxloom.virtio.disk.ImageFuzz;

/**
 * What can be fuzzed. To add a target, write a class with a method {@code public static void fuzzerTestOneInput(byte[])} that
 * throws when something is wrong, and add it here. Inputs that once made it throw are kept as files in the test resource
 * folder {@code tuxloom/tests/fuzz/<name>} and are always run.
 */
enum Target {
    /** Parser, validator and compiler, on damaged modules. */
    MODULE(ModuleFuzz.class, "tuxloom.engine.**", 16_384, true),
    /**
     * Execution on the engine and on Chicory's interpreter, of valid modules that the input describes. Not in the tests, which
     * compare chosen random modules instead: once in some thousand modules, it is the interpreter that is wrong.
     */
    EXECUTION(ExecutionFuzz.class, "tuxloom.engine.**", 2_048, false),
    /** The rings of the virtio devices, from raw bytes. */
    RING(RingFuzz.class, "tuxloom.virtio.**", 2_048, true),
    /** Disk images: headers, tables, compressed clusters and the names of backing files. */
    IMAGE(ImageFuzz.class, "tuxloom.virtio.disk.**", 8_192, true);

    /** The class with the method that takes inputs. */
    final Class<?> entry;

    /** The classes, as a pattern, whose coverage guides the fuzzer. */
    final String covered;

    final int maximumInputBytes;

    /** Whether the tests run it for some seconds, unless they are asked for another target. */
    final boolean inTests;

    Target(Class<?> entry, String covered, int maximumInputBytes, boolean inTests) {
        this.entry = entry;
        this.covered = covered;
        this.maximumInputBytes = maximumInputBytes;
        this.inTests = inTests;
    }

    /** Writes inputs to begin with into a folder; their names do not matter. */
    void writeSeeds(Path folder) throws IOException {
        switch (this) {
            case MODULE -> ModuleFuzz.writeSeeds(folder);
            case EXECUTION -> ExecutionFuzz.writeSeeds(folder);
            case RING -> RingFuzz.writeSeeds(folder);
            case IMAGE -> ImageFuzz.writeSeeds(folder);
        }
    }

    /** The name on command lines and of folders. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
