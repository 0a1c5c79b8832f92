package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.images.Images;

/** The command in a script: input and output are pipes or files. */
@Tag("boot")
class PipeTest {
    @TempDir
    Path folder;

    @Test
    void aScriptOnStdinRunsAndEnds() throws Exception {
        var run = Tuxloom.run(folder, "uname -a; poweroff\n", "boot");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output()).containsPattern("(?m)^Linux .* wasm");
    }

    @Test
    void theIssuesSessionBehaves() throws Exception {
        var run = Tuxloom.run(
                folder,
                "uname -a; cat /proc/cpuinfo; ls -l / | wc -l; echo hi > /tmp/x; cat /tmp/x; poweroff\n",
                "boot",
                "--cpus",
                "2");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output()).containsPattern("(?m)^processor\\s*: 1").containsPattern("(?m)^hi\r?$");
    }

    @Test
    void theEndOfInputEndsOnlyTheInput() throws Exception {
        var run = Tuxloom.run(folder, "(sleep 1; echo late; poweroff) &\n", "boot");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output()).containsPattern("(?m)^(.*# )?late\r?$");
    }

    @Test
    void consoleLogIsACopyOfTheOutput() throws Exception {
        var log = folder.resolve("console.log");
        var run = Tuxloom.run(folder, "uname -a; poweroff\n", "boot", "--console-log", log.toString());

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(Files.readString(log)).isEqualTo(run.output()).contains("Linux ");
    }

    @Test
    void kernelMessagesGoToStdErrWithVerbose() throws Exception {
        var run = Tuxloom.run(folder, "poweroff\n", "boot", "-v");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.errors()).contains("Linux version");
    }

    @Test
    void aRebootIsAReset() throws Exception {
        assertThat(Tuxloom.run(folder, "reboot\n", "boot").status()).isEqualTo(32);
    }

    @Test
    void aPanicWithoutInitEndsWith34() throws Exception {
        var run = Tuxloom.run(folder, "", "boot", "--append", "rdinit=/nowhere root=/dev/vda");

        assertThat(run.status()).as(run.errors()).isEqualTo(34);
        assertThat(run.output() + run.errors()).contains("Kernel panic");
    }

    @Test
    void aKernelThatIsCutShortIsOneLine() throws Exception {
        var whole = Files.readAllBytes(Images.locate().kernel());
        refused(Arrays.copyOf(whole, whole.length / 2));
    }

    @Test
    void aModuleOfAnotherAbiIsOneLineThatNamesTheImport() throws Exception {
        // (module (import "moon" "base" (func)))
        var run = refused(new byte[] {
            0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 13, 1, 4, 'm', 'o', 'o', 'n', 4, 'b', 'a', 's', 'e',
            0, 0
        });
        assertThat(run.errors()).contains("moon", "base");
    }

    @Test
    void anInitrdLargerThanTheMemoryIsRefused() throws Exception {
        var initrd = folder.resolve("initrd");
        try (var file = Files.newByteChannel(initrd, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position(64 << 20);
            file.write(ByteBuffer.allocate(1));
        }
        var run = Tuxloom.run(folder, "", "boot", "--memory", "64M", "--initrd", initrd.toString());

        assertThat(run.status()).as(run.errors()).isIn(35, 1);
        assertThat(run.errors()).hasLineCount(1);
    }

    private Tuxloom.Run refused(byte[] kernel) throws Exception {
        var file = kernelFile(kernel);
        var run = Tuxloom.run(folder, "", "boot", "--kernel", file.toString());

        assertThat(run.status()).as(run.errors()).isEqualTo(35);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).startsWith("tuxloom: ").contains("kernel").hasLineCount(1);
        return run;
    }

    private Path kernelFile(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("kernel.wasm"), bytes);
    }
}
