package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel is read beside the caller, and what is wrong with it is the caller's to hear. */
class KernelFileTest {
    @TempDir
    Path folder;

    @Test
    void aKernelOfManyPiecesIsReadWhole() throws IOException {
        var bytes = new byte[1_000_003];
        new Random(1).nextBytes(bytes);
        System.arraycopy(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}, 0, bytes, 0, 8);

        var file = KernelFile.begin(Files.write(folder.resolve("vmlinux.wasm"), bytes));

        assertThat(file.bytes()).isEqualTo(bytes);
    }

    @Test
    void whatIsNoModuleIsRefusedByName() throws IOException {
        var kernel = Files.writeString(folder.resolve("bzImage"), "something else entirely");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> KernelFile.begin(kernel).bytes())
                .withMessageContaining(kernel + " is not a WebAssembly module");
    }

    @Test
    void aFileThatIsGoneIsToldByName() {
        var kernel = folder.resolve("gone.wasm");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> KernelFile.begin(kernel).bytes())
                .withMessageContaining(kernel + " cannot be read");
    }
}
