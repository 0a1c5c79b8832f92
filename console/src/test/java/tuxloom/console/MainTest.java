package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input to the real command: one line, a status, no stack trace. */
class MainTest {
    /** The smallest module there is; it imports nothing, so no machine can start with it. */
    private static final byte[] EMPTY_MODULE = {0, 'a', 's', 'm', 1, 0, 0, 0};

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String kernel = "";

    @BeforeEach
    void writeKernel() throws IOException {
        kernel = file("kernel.wasm", EMPTY_MODULE);
    }

    @Test
    void aMissingKernelIsNamed() {
        refused(35, "/nowhere/linux.wasm does not exist", "--kernel", "/nowhere/linux.wasm");
    }

    @Test
    void aFolderIsNoKernel() {
        refused(35, folder + " is not a regular file", "--kernel", folder.toString());
    }

    @Test
    void aTextFileIsNoKernel() throws IOException {
        refused(
                35,
                "is not a WebAssembly module",
                "--kernel",
                file("notes.txt", "Dear diary,\nboot".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void anEmptyFileIsNoKernel() throws IOException {
        refused(35, "is not a WebAssembly module", "--kernel", file("empty", new byte[0]));
    }

    @Test
    void aMissingInitrdIsNamed() {
        refused(35, "initrd /nowhere/cpio does not exist", "--kernel", kernel, "--initrd", "/nowhere/cpio");
    }

    @Test
    void aFolderIsNoDisk() {
        refused(35, "directory", "--kernel", kernel, "--disk", folder.toString());
    }

    @Test
    void aMissingDiskIsNamed() {
        refused(35, "/nowhere/disk.img", "--kernel", kernel, "--disk", "/nowhere/disk.img");
    }

    @Test
    void aDiskHasWholeSectors() throws IOException {
        refused(35, "1000", "--kernel", kernel, "--disk", file("odd.img", new byte[1000]));
    }

    @Test
    void aReadOnlyFileIsNoWritableDisk() throws IOException {
        var disk = file("ro.img", new byte[512]);
        Files.setPosixFilePermissions(Path.of(disk), PosixFilePermissions.fromString("r--r--r--"));

        refused(35, "ro.img", "--kernel", kernel, "--disk", disk);
    }

    @ParameterizedTest
    @CsvSource({
        "--memory, 5G, too much",
        "--memory, 1M, too little",
        "--memory, lots, not a size",
        "--cpus, 0, not between 1 and 64",
        "--cpus, -1, not between 1 and 64",
        "--cpus, 65, not between 1 and 64",
        "--cpus, two, not a number",
        "--disk, ',ro', names no file"
    })
    void valuesOutOfRangeAreRefused(String option, String value, String why) {
        refused(35, why, "--kernel", kernel, option + "=" + value);
    }

    @Test
    void anUnknownOptionIsNamed() {
        refused(35, "'--frobnicate'", "--frobnicate");
    }

    @Test
    void aMissingValueIsNamed() {
        refused(35, "--memory", "--memory");
    }

    @Test
    void anExtraArgumentIsNamed() {
        refused(35, "'linux.wasm'", "linux.wasm");
    }

    @Test
    void helpGoesToStdoutAndIsNoFailure() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("boot");
        assertThat(run("boot", "--help")).isZero();
        assertThat(out.toString()).contains("--kernel", "--disk", "Ctrl-A x", "35");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void versionNamesTheProgramAndTheJvm() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("tuxloom ").contains("Java 25");
    }

    @Test
    void noCommandShowsTheHelpAsAFailure() {
        assertThat(run()).isEqualTo(35);
        assertThat(err.toString()).contains("Usage: tuxloom");
    }

    private void refused(int status, String why, String... arguments) {
        var all = new String[arguments.length + 1];
        all[0] = "boot";
        System.arraycopy(arguments, 0, all, 1, arguments.length);

        assertThat(run(all)).as(err::toString).isEqualTo(status);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains(why)
                .startsWith("tuxloom: ")
                .endsWith("\n")
                .hasLineCount(1);
    }

    private int run(String... arguments) {
        return new Main(new PrintWriter(out, true), new PrintWriter(err, true)).run(arguments);
    }

    private String file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content).toString();
    }
}
