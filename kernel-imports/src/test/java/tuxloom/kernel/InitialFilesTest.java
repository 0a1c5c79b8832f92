package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The built-in file tree is a cpio archive as the kernel reads it: {@code newc}, numbers of eight hexadecimal digits. */
class InitialFilesTest {
    @Test
    void theConsoleIsDeviceFiveOne() {
        var archive = new String(InitialFiles.archive(), StandardCharsets.US_ASCII);

        assertThat(archive)
                .startsWith("070701" + "00000001" + "000041ED")
                .contains("070701" + "00000002" + "00002180" + "00000000".repeat(2) + "00000001" + "00000000".repeat(4)
                        + "00000005" + "00000001" + "0000000C" + "00000000" + "dev/console\0")
                .contains("TRAILER!!!\0");
        assertThat(archive.length() % 4).isZero();
    }
}
