package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.code;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceLinesTest {
    /** Instructions 10 to 14 are of line 7, 15 to 24 of line 9 of another file, nothing is known from 25 on. */
    private static final byte[] PROGRAM = code().op(0, 5, 2)
            .op(10, 0, 0, 0)
            .op(3)
            .s(6)
            .op(1)
            .op(4)
            .u(2)
            .op(2)
            .u(5)
            .op(3)
            .s(2)
            .op(1)
            .op(2)
            .u(10)
            .op(0, 1, 1)
            .toArray();

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void instructionHasTheLineOfTheRowBeforeIt(int version) {
        byte[] module = module(unit(version, PROGRAM));
        assertThat(find(module, 9, 10, 14, 15, 24, 25))
                .containsExactly(
                        null,
                        new SourceLine("main.c", 7),
                        new SourceLine("main.c", 7),
                        new SourceLine("lib/util.c", 9),
                        new SourceLine("lib/util.c", 9),
                        null);
    }

    @Test
    void specialInstructionMovesAddressAndLineAtOnce() {
        // Line base -5 and range 14: 13 + 5 + 3 is a step of 3 lines, 14 more is a step of one byte.
        byte[] program = code().op(0, 5, 2)
                .op(10, 0, 0, 0)
                .op(13 + 5 + 3)
                .op(13 + 5 + 1 + 14 * 4)
                .op(0, 1, 1)
                .toArray();
        assertThat(find(module(unit(4, program)), 10, 13, 14))
                .containsExactly(new SourceLine("main.c", 4), new SourceLine("main.c", 4), null);
    }

    @Test
    void moduleWithoutDebugInformationHasNoLines() {
        assertThat(find(new WasmBuilder().toBytes(), 10)).containsExactly((SourceLine) null);
    }

    @Test
    void damagedTableOnlyEndsTheLookUp() {
        byte[] table = unit(5, PROGRAM);
        for (int length = 0; length < table.length; length++) {
            assertThat(find(module(Arrays.copyOf(table, length)), 10)).hasSize(1);
        }
        for (int i = 0; i < table.length; i++) {
            byte[] damaged = table.clone();
            damaged[i] ^= (byte) 0xff;
            assertThat(find(module(damaged), 10)).hasSize(1);
        }
    }

    @Test
    void trapSaysWhichLineItHappenedIn() {
        WasmBuilder builder = new WasmBuilder();
        FunctionType type = WasmBuilder.type(List.of(), List.of());
        int inner =
                builder.function(type, List.of(), code().op(Opcode.UNREACHABLE).end());
        builder.export("outer", type, List.of(), code().call(inner).end());
        // A body count of one byte, then bodies that begin with their sizes: 2 is the local declarations of the first.
        byte[] program = code().op(0, 5, 2)
                .op(2, 0, 0, 0)
                .op(3)
                .s(40)
                .op(1)
                .op(2)
                .u(2)
                .op(3)
                .s(10)
                .op(1)
                .op(2)
                .u(10)
                .op(0, 1, 1)
                .toArray();
        Module module = Module.parse(withSection(builder.toBytes(), unit(5, program)));
        Instance instance = Instance.instantiate(module, Imports.builder().build());
        assertThatThrownBy(() -> instance.function("outer").invoke())
                .isInstanceOfSatisfying(
                        Trap.class,
                        trap -> assertThat(trap.wasmStack(module))
                                .extracting(Trap.Frame::source)
                                .containsExactly(
                                        Optional.of(new SourceLine("main.c", 41)),
                                        Optional.of(new SourceLine("main.c", 51))));
    }

    private static @Nullable SourceLine[] find(byte[] module, int... addresses) {
        return SourceLines.find(new ModuleParser(module).parse(), addresses);
    }

    private static byte[] module(byte[] lines) {
        return withSection(new WasmBuilder().toBytes(), lines);
    }

    private static byte[] withSection(byte[] plain, byte[] lines) {
        byte[] content = code().name(".debug_line").raw(lines).toArray();
        byte[] section = code().op(0).u(content.length).raw(content).toArray();
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(plain);
        module.writeBytes(section);
        return module.toByteArray();
    }

    private static byte[] unit(int version, byte[] program) {
        WasmBuilder.Bytes rest = code().op(1, 1, 1, -5 & 0xff, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
        if (version == 5) {
            rest.op(1, 1, 8, 2).raw(text("/home")).raw(text("lib"));
            rest.op(2, 1, 8, 2, 11, 3)
                    .raw(text("main.c"))
                    .op(0)
                    .raw(text("main.c"))
                    .op(0);
            rest.raw(text("util.c")).op(1);
        } else {
            rest.raw(text("lib")).op(0).raw(text("main.c")).op(0, 0, 0);
            rest.raw(text("util.c")).op(1, 0, 0).op(0);
        }
        byte[] header = rest.toArray();
        WasmBuilder.Bytes unit = code().op(version, 0);
        if (version == 5) {
            unit.op(4, 0);
        }
        byte[] body = unit.op(header.length, 0, 0, 0).raw(header).raw(program).toArray();
        return code().op(body.length, 0, 0, 0).raw(body).toArray();
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
