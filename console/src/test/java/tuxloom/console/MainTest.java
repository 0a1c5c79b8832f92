package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
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
        "'to=pty', 'name= is missing'",
        "'name=a', 'to= is missing'",
        "'name=a,to=', 'cannot go to'",
        "'name=a,to=printer', 'cannot go to'",
        "'name=a,to=tcp:1234', 'cannot go to'",
        "'name=a,to=file:', 'names no path'",
        "'name=a,to=pty,to=pty', 'is there twice'",
        "'name=a,to=pty,size=3', 'is no option'",
        "'pty', 'is no option'",
        "'name=,to=pty', 'a name has 1 to 64'",
        "'name=a/b,to=pty', 'a name has 1 to 64'",
        "'name=a,to=stdio', 'stdin and stdout are the console'",
        "'name=a,to=file:/nowhere/out', '/nowhere/out'",
        "'name=a,to=file:/dev/full', 'not a regular file'",
        "'name=a,to=socket:/nowhere/sock', '/nowhere/sock'",
        "'name=a,to=socket:/dev/null', 'exists and is no socket'"
    })
    void portsThatCannotBeAreRefused(String port, String why) {
        refused(35, why, "--kernel", kernel, "--port=" + port);
    }

    @Test
    void portsThatDoNotGoTogetherAreRefused() throws IOException {
        var out = folder.resolve("out");
        refused(35, "already", "--kernel", kernel, "--port", "name=a,to=pty", "--port", "name=a,to=pty");
        refused(
                35,
                "another port has stdin and stdout already",
                "--kernel",
                kernel,
                "--no-console",
                "--port=name=a,to=stdio",
                "--port=name=b,to=stdio");
        refused(
                35,
                "is also another port",
                "--kernel",
                kernel,
                "--port=name=a,to=file:" + out,
                "--port=name=b,to=file:" + out);
        refused(35, "is also the kernel", "--kernel", kernel, "--port=name=a,to=file:" + kernel);
        assertThat(out).doesNotExist();
        assertThat(Path.of(kernel)).hasBinaryContent(EMPTY_MODULE);
        var disk = file("disk.img", new byte[512]);
        refused(35, "is also a disk", "--kernel", kernel, "--disk", disk, "--port=name=a,to=file:" + disk);
        assertThat(Path.of(disk)).hasSize(512);

        var many = new ArrayList<>(List.of("--kernel", kernel));
        for (var i = 0; i < 16; i++) {
            many.add("--port=name=p" + i + ",to=pty");
        }
        refused(35, "at most 15 ports", many.toArray(String[]::new));
    }

    @Test
    void aSocketThatSomebodyListensOnIsRefused() throws IOException {
        var path = folder.resolve("sock");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            refused(35, "in use", "--kernel", kernel, "--port=name=a,to=socket:" + path);
        }
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
        assertThat(out.toString()).contains("--kernel", "--disk", "--port", "socket:PATH", "Ctrl-A x", "35");
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
        err.getBuffer().setLength(0);
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
