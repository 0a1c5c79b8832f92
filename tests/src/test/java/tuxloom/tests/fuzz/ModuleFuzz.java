package tuxloom.tests.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import tuxloom.engine.InvalidModuleException;
import tuxloom.engine.Module;
import tuxloom.tests.differential.RandomModules;
import tuxloom.tests.spec.Suite;

/** Whatever the bytes are, the engine refuses them or makes classes of them that the JVM accepts. */
public final class ModuleFuzz {
    private static final int SEEDS = 250;
    private static final int MAXIMUM_SEED_BYTES = 4_096;

    private ModuleFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] wasm) {
        Module module;
        try {
            module = Module.parse(wasm);
        } catch (InvalidModuleException e) {
            return;
        }
        module.verifyAll();
    }

    /** Modules of the official suite, some of them invalid, or random ones where the suite is not there. */
    static void writeSeeds(Path folder) throws IOException {
        Optional<Path> zip = Suite.locate();
        List<byte[]> seeds = new ArrayList<>();
        if (zip.isPresent()) {
            Path converted = folder.resolveSibling("suite");
            if (!Files.isDirectory(converted)) {
                Suite.convert(zip.get(), Files.createDirectories(converted));
            }
            seeds.addAll(smallModules(converted));
        }
        for (long seed = 0; seeds.size() < SEEDS; seed++) {
            seeds.add(RandomModules.encode(seed, 20));
        }
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(folder.resolve("seed" + i), seeds.get(i));
        }
    }

    private static List<byte[]> smallModules(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = new ArrayList<>(all.filter(path -> path.toString().endsWith(".wasm"))
                    .sorted()
                    .toList());
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        List<byte[]> modules = new ArrayList<>();
        while (modules.size() < SEEDS && !files.isEmpty()) {
            byte[] wasm = Files.readAllBytes(files.remove(random.nextInt(files.size())));
            if (wasm.length <= MAXIMUM_SEED_BYTES) {
                modules.add(wasm);
            }
        }
        return modules;
    }
}
