package tuxloom.tests.spec;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tuxloom.tests.Repository;

/**
 * Finds the official suite and converts it with {@code wast2json}. The zip's path comes from the system property
 * {@code tuxloom.testsuite}; without it, {@code ../shared/wasm-spec/testsuite.zip} beside the repository is tried.
 */
public final class Suite {
    private static final String PROPERTY = "tuxloom.testsuite";
    private static final long CONVERSION_LIMIT_SECONDS = 60;

    private Suite() {}

    /** Where the zip is, or nothing when this computer does not have it. */
    public static Optional<Path> locate() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            Path zip = Path.of(named);
            if (!Files.isRegularFile(zip)) {
                throw new IllegalArgumentException("-D" + PROPERTY + " names " + zip + ", which is no file");
            }
            return Optional.of(zip);
        }
        Path zip =
                Repository.root().resolve("../shared/wasm-spec/testsuite.zip").normalize();
        return Files.isRegularFile(zip) ? Optional.of(zip) : Optional.empty();
    }

    /** Unpacks and converts all files into {@code folder} for a test, which is skipped where there is no suite. */
    public static List<Script> convertForTest(Path folder) throws IOException {
        Optional<Path> zip = locate();
        assumeTrue(
                zip.isPresent(),
                "the official WebAssembly suite is not here; name its zip with -D" + PROPERTY + "=FILE");
        return convert(zip.orElseThrow(), folder);
    }

    /** Unpacks and converts all files into {@code folder}, in the order of their paths. */
    public static List<Script> convert(Path zip, Path folder) throws IOException {
        List<Script> scripts = new ArrayList<>();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".wast")) {
                    scripts.add(convert(file, entry, folder));
                }
            }
        }
        scripts.sort(Comparator.comparing(Script::path));
        return scripts;
    }

    private static Script convert(ZipFile zip, ZipEntry entry, Path folder) throws IOException {
        Path path = Path.of(entry.getName()).normalize();
        Path parent = path.getParent();
        Path fileName = path.getFileName();
        if (path.isAbsolute() || path.startsWith("..") || parent == null || fileName == null) {
            throw new IOException(zip.getName() + " has a file outside of its folders: " + entry.getName());
        }
        String name = fileName.toString();
        Path target = Files.createDirectories(folder.resolve(parent).resolve(name.replace(".wast", "")));
        Path source = target.resolve(name);
        try (InputStream in = zip.getInputStream(entry)) {
            Files.write(source, in.readAllBytes());
        }
        Path json = target.resolve("script.json");
        Process process = new ProcessBuilder(
                        "wast2json",
                        "--enable-threads",
                        "--enable-exceptions",
                        "--enable-tail-call",
                        "--enable-extended-const",
                        source.toString(),
                        "-o",
                        json.toString())
                .redirectErrorStream(true)
                .redirectOutput(target.resolve("wast2json.log").toFile())
                .start();
        awaitSuccess(process, path, target.resolve("wast2json.log"));
        return new Script(parent.toString().replace(File.separatorChar, '/'), name, json);
    }

    private static void awaitSuccess(Process process, Path script, Path log) throws IOException {
        try {
            if (!process.waitFor(CONVERSION_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("wast2json did not end on " + script);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException("interrupted while wast2json converted " + script, e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("wast2json failed on " + script + ": " + Files.readString(log));
        }
    }
}
