package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process generates, another takes from its class path, if nothing has changed. */
class CodeCacheTest {
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));

    @TempDir
    Path folder;

    private Path module = Path.of("");

    @BeforeEach
    void record() throws Exception {
        module = write("module.wasm", module(5));
        assertThat(probe("record", "one", module))
                .contains("known false", "recalled null", "result 26", "indirect 26", "trace true");
    }

    @Test
    void aLaterProcessGeneratesNothingButWhatIsPrivate() throws Exception {
        assertThat(probe("use", "one", module))
                .contains("used true", "known true", "recalled 42", "result 26", "indirect 26", "trace true")
                .contains("generated 1");
    }

    @Test
    void classesOfAnotherBuildAreNotUsed() throws Exception {
        assertThat(probe("use", "two", module)).contains("used false", "known false", "result 26");
    }

    @Test
    void aModuleThatDiffersInOneByteIsNotKnown() throws Exception {
        assertThat(probe("use", "one", write("other.wasm", module(6)))).contains("known false", "result 27");
    }

    @Test
    void aLargeModuleIsComparedToItsLastByteWhileItIsParsed() throws Exception {
        var large = write("large.wasm", padded(module(5), 0));
        assertThat(probe("record", "one", large)).contains("known false", "result 26");

        assertThat(probe("use", "one", large)).contains("known true", "result 26");
        assertThat(probe("use", "one", write("other.wasm", padded(module(5), 1))))
                .contains("known false", "result 26");
    }

    @Test
    void codeThatCannotBeInterruptedIsNotUsedWhereItMustBe() throws Exception {
        assertThat(probe("use", "one", module)).contains("known true", "interruptible known false");
    }

    @Test
    void functionsThatWereCalledAreInClassesOfTheirOwn() throws Exception {
        assertThat(methods("F0")).containsExactly("direct", "indirect", "trap");
        assertThat(methods("F1")).containsExactly("twice");
    }

    @Test
    void aFunctionThatWasNotCalledBeforeIsThereAllTheSame() throws Exception {
        assertThat(probe("use", "one", module)).contains("known true", "uncalled 14");
    }

    @Test
    void anIndexThatIsCutShortIsNotUsed() throws Exception {
        var index = folder.resolve("index");
        var whole = Files.readAllBytes(index);

        Files.write(index, Arrays.copyOf(whole, whole.length / 8));
        assertThat(probe("use", "one", module))
                .anyMatch(line -> line.startsWith("refused"))
                .contains("result 26");

        Files.write(index, Arrays.copyOf(whole, whole.length - 1));
        assertThat(probe("use", "one", module)).contains("known false", "result 26");
    }

    @Test
    void anotherFileIsNoIndex() throws Exception {
        write("index", "something else entirely".getBytes(StandardCharsets.UTF_8));

        assertThat(probe("use", "one", module))
                .anyMatch(line -> line.contains("is no index"))
                .contains("result 26");
    }

    /** Imports two functions, calls them directly and through a table, and has one that traps. */
    private static byte[] module(int offset) {
        var builder = new WasmBuilder();
        int triple = builder.importFunction("host", "triple", UNARY);
        int twice = builder.importFunction("host", "double", UNARY);
        int direct = builder.export(
                "direct",
                UNARY,
                List.of(),
                code().get(0).call(triple).i32(offset).op(Opcode.I32_ADD).end());
        builder.table(1);
        builder.element(0, direct);
        builder.export(
                "indirect",
                UNARY,
                List.of(),
                code().get(0)
                        .i32(0)
                        .op(Opcode.CALL_INDIRECT)
                        .u(builder.type(UNARY))
                        .u(0)
                        .end());
        builder.export("trap", UNARY, List.of(), code().op(Opcode.UNREACHABLE).end());
        builder.export("twice", UNARY, List.of(), code().get(0).call(twice).end());
        return builder.toBytes();
    }

    /** Adds a custom section of 3 MiB that ends with a byte. */
    private static byte[] padded(byte[] wasm, int last) {
        var contents = 3 << 20;
        var header = new byte[] {0, (byte) 0x80, (byte) 0x80, (byte) 0xc0, 1, 1, 'x'};
        var padded = Arrays.copyOf(wasm, wasm.length + 5 + contents);
        System.arraycopy(header, 0, padded, wasm.length, header.length);
        padded[padded.length - 1] = (byte) last;
        return padded;
    }

    private List<String> methods(String simpleName) throws IOException {
        try (var jar = new JarFile(folder.resolve("code.jar").toFile())) {
            var entry = jar.stream()
                    .filter(one -> one.getName().endsWith("/" + simpleName + ".class"))
                    .findFirst()
                    .orElseThrow();
            var classFile = jar.getInputStream(entry).readAllBytes();
            return ClassFile.of().parse(classFile).methods().stream()
                    .map(method -> method.methodName().stringValue())
                    .toList();
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private List<String> probe(String task, String build, Path wasm) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xshare:auto", "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(System.getProperty("java.class.path") + File.pathSeparator + folder.resolve("code.jar"));
        command.addAll(List.of(CodeCacheProbe.class.getName(), task, folder.toString(), build, wasm.toString()));
        var output = folder.resolve("output");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("end of " + command).isTrue();
        var lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as(lines.toString()).isZero();
        return lines;
    }
}
