package tuxloom.tests.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import tuxloom.tests.differential.RandomModules;

/** Whatever choices the bytes make for the generator of modules, both engines do the same with the module. */
public final class ExecutionFuzz {
    private static final int SEEDS = 16;
    private static final int SEED_BYTES = 512;

    private ExecutionFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] choices) {
        String difference = RandomModules.compare(choices);
        if (!difference.isEmpty()) {
            throw new AssertionError(difference);
        }
    }

    static void writeSeeds(Path folder) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        for (int i = 0; i < SEEDS; i++) {
            byte[] choices = new byte[SEED_BYTES];
            random.nextBytes(choices);
            ByteBuffer.wrap(choices).putLong(i);
            Files.write(folder.resolve("seed" + i), choices);
        }
    }
}
