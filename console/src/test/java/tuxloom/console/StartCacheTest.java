package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.console.StartCache.State;

class StartCacheTest {
    private static final String BUILD = "0123456789abcdef";

    @TempDir
    Path folder;

    @Test
    void aFolderThatIsNotThereIsEmpty() throws Exception {
        var cache = new StartCache(folder.resolve("start"));

        assertThat(cache.entries(BUILD)).isEmpty();
        assertThat(cache.clear()).isZero();
    }

    @Test
    void entriesSayWhatTheyAreGoodFor() throws Exception {
        entry("1111111111111111-" + BUILD, true);
        entry("1111111111111111-ffffffffffffffff", true);
        entry("2222222222222222-" + BUILD, false);

        assertThat(new StartCache(folder).entries(BUILD))
                .extracting(entry -> entry.folder().getFileName().toString(), StartCache.Entry::state)
                .containsExactlyInAnyOrder(
                        org.assertj.core.api.Assertions.tuple("1111111111111111-" + BUILD, State.CURRENT),
                        org.assertj.core.api.Assertions.tuple("1111111111111111-ffffffffffffffff", State.OTHER_BUILD),
                        org.assertj.core.api.Assertions.tuple("2222222222222222-" + BUILD, State.UNFINISHED));
    }

    @Test
    void anEntryHasASizeAndTheKernelItWasMadeFor() throws Exception {
        entry("1111111111111111-" + BUILD, true);

        var entry = new StartCache(folder).entries(BUILD).getFirst();
        assertThat(entry.kernel()).isEqualTo("/boot/linux.wasm");
        assertThat(entry.bytes()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void clearingLeavesNothingOfAnyEntry() throws Exception {
        entry("1111111111111111-" + BUILD, true);
        entry("2222222222222222-" + BUILD, false);
        Files.writeString(Files.createDirectory(folder.resolve("kernels")).resolve("%boot%linux.wasm"), "1:2:3 abc\n");
        Files.writeString(folder.resolve("1111111111111111-ffffffffffffffff.failed"), "it failed");

        assertThat(new StartCache(folder).clear()).isEqualTo(2);
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    private void entry(String name, boolean sealed) throws IOException {
        var entry = Files.createDirectory(folder.resolve(name));
        Files.write(entry.resolve("code.jar"), new byte[1000]);
        if (sealed) {
            Files.writeString(entry.resolve("entry.properties"), "kernel=/boot/linux.wasm\nmade=now\n");
            Files.writeString(entry.resolve("seal"), "sealed");
        }
    }
}
