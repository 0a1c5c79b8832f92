package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.images.Images;
import tuxloom.tests.Repository;

/** The cache of compiled kernels as a user meets it, in a cache folder of its own. */
@Tag("boot")
class PreparedStartTest {
    private static final String READY = "the fast start is ready";
    private static final Pattern GENERATED = Pattern.compile("the machine has ended; classes generated: (\\d+)");

    /** A guest that does what no training did may need a class that nobody has generated. */
    private static final int FEW = 10;

    @TempDir
    Path folder;

    private Path cache = Path.of("");

    @BeforeEach
    void useAnEmptyCache() throws IOException {
        cache = Files.createDirectory(folder.resolve("cache"));
    }

    @Test
    void theSecondBootGeneratesNextToNothing() throws Exception {
        var first = boot("-v");
        assertThat(generated(first)).isGreaterThan(FEW);
        assertThat(first.errors()).contains("preparing a fast start", READY);
        assertThat(first.output()).doesNotContain("fast start");

        var second = boot("-v");
        assertThat(generated(second)).isLessThan(FEW);
        assertThat(second.errors()).contains("its code was there").doesNotContain("fast start");

        // It is the content that counts.
        var copy = Files.copy(Images.locate().kernel(), folder.resolve("copy.wasm"));
        var third = boot("-v", "--kernel", copy.toString());
        assertThat(third.errors()).contains("its code was there").doesNotContain("fast start");

        // Boots with a disk, on a terminal and on pipes are all prepared; the disk of the training is gone.
        var entry = entries().getFirst();
        assertThat(Files.readString(entry.resolve("start.aot"), StandardCharsets.ISO_8859_1))
                .contains(
                        "tuxloom/virtio/BlockRequest$Read",
                        "org/jline/terminal/impl/jni/linux/LinuxNativePty",
                        "tuxloom/console/PipedInput");
        assertThat(entry.resolve("disk")).doesNotExist();

        assertThat(tuxloom("cache").output()).contains(": current").contains("MiB");
        assertThat(tuxloom("cache", "clear").output()).contains("1 prepared starts removed");
        assertThat(entries()).isEmpty();
    }

    /** Hashing a kernel takes as long as three processes of the guest. */
    @Test
    void aKernelIsNotHashedWhereNoEntryCouldBeItsOwn() throws Exception {
        var stubs = new StubPrograms(Files.createDirectory(folder.resolve("bin")));
        var hashed = folder.resolve("hashed");
        stubs.add("sha256sum", ": >'" + hashed + "'; exec /usr/bin/sha256sum \"$@\"");

        // Ends before there is a machine, and so nothing is prepared. The first one may find out the version of the
        // build.
        tooLittleMemory(Map.of());
        tooLittleMemory(stubs.environment());
        assertThat(hashed).doesNotExist();

        assertThat(boot().errors()).contains(READY);
        var other = Files.copy(Images.locate().kernel(), folder.resolve("other.wasm"));
        tooLittleMemory(stubs.environment(), "--kernel", other.toString());
        assertThat(hashed).exists();
    }

    private void tooLittleMemory(Map<String, String> environment, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("boot", "--memory", "4M"));
        arguments.addAll(List.of(options));
        var run = Tuxloom.runWithCache(folder, cache, environment, "", arguments.toArray(new String[0]));
        assertThat(run.status()).as(run.errors()).isNotZero();
    }

    @Test
    void aDamagedEntryIsNoticedAndMadeAgain() throws Exception {
        assertThat(boot().errors()).contains(READY);
        for (var name : List.of("code.jar", "index", "start.aot")) {
            var file = entries().getFirst().resolve(name);
            flipByte(file);
            var damaged = boot("-v");
            assertThat(damaged.errors()).as(name).contains("is damaged", READY);
            assertThat(generated(damaged)).as(name).isGreaterThan(FEW);
        }
        var file = entries().getFirst().resolve("start.aot");
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        assertThat(boot().errors()).contains("is damaged", READY);
        assertThat(generated(boot("-v"))).isLessThan(FEW);
    }

    @Test
    void aDamagedCacheOfTheHostIsNotUsedAndIsMadeAgain() throws Exception {
        assertThat(boot().errors()).contains(READY);
        var hostCache = Repository.root().resolve("console/target/host.aot");
        var seal = hostCache.resolveSibling("host.aot.seal");
        var sealed = Files.readString(seal);
        flipByte(hostCache);

        // Another cache folder knows nothing of the kernel: the host's own cache would be used.
        cache = Files.createDirectory(folder.resolve("another"));
        assertThat(boot().errors()).contains(READY);
        assertThat(Files.readString(seal)).isNotEqualTo(sealed);
    }

    @Test
    void ofTwoFirstBootsAtOnceOneMakesTheEntry() throws Exception {
        var runs = List.of(folder.resolve("a"), folder.resolve("b")).stream()
                .map(own -> CompletableFuture.supplyAsync(() -> bootIn(own)))
                .toList();
        for (var run : runs) {
            assertThat(run.join().status()).as(run.join().errors()).isZero();
        }
        assertThat(entries()).hasSize(1);
        assertThat(generated(boot("-v"))).isLessThan(FEW);
    }

    private Tuxloom.Run bootIn(Path own) {
        try {
            return Tuxloom.runWithCache(Files.createDirectory(own), cache, "poweroff\n", "boot");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Tuxloom.Run boot(String... options) throws Exception {
        var arguments = new String[options.length + 1];
        arguments[0] = "boot";
        System.arraycopy(options, 0, arguments, 1, options.length);
        var run = Tuxloom.runWithCache(folder, cache, "uname -a; poweroff\n", arguments);
        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output()).containsPattern("(?m)^Linux .* wasm");
        return run;
    }

    private Tuxloom.Run tuxloom(String... arguments) throws Exception {
        var run = Tuxloom.runWithCache(folder, cache, "", arguments);
        assertThat(run.status()).as(run.errors()).isZero();
        return run;
    }

    private static int generated(Tuxloom.Run run) {
        var line = GENERATED.matcher(run.errors());
        assertThat(line.find()).as(run.errors()).isTrue();
        return Integer.parseInt(line.group(1));
    }

    private List<Path> entries() throws IOException {
        try (var found = Files.newDirectoryStream(cache.resolve("start"), "*-*")) {
            var entries = new ArrayList<Path>();
            found.forEach(entries::add);
            return entries;
        }
    }

    private static void flipByte(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
