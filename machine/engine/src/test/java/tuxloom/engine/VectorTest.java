package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors wherever values may be. What each instruction computes is left to the official suite. */
class VectorTest {
    private static final ValueType V128 = ValueType.V128;
    private static final int ADD_64 = 206;
    private static final int SHUFFLE = 13;
    private static final FunctionType UNARY = type(List.of(V128), List.of(V128));
    private static final FunctionType BINARY = type(List.of(V128, V128), List.of(V128));
    private static final V128 A = new V128(0x0123456789abcdefL, -2);
    private static final V128 B = new V128(1, 40);
    private static final V128 SUM = new V128(A.low() + B.low(), A.high() + B.high());

    private final WasmBuilder module = new WasmBuilder();

    private static WasmBuilder.Bytes constant(V128 value) {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(value.low()).putLong(value.high());
        return code().op(Opcode.PREFIX_SIMD).u(VectorOps.CONST).raw(bytes.array());
    }

    private static WasmBuilder.Bytes add() {
        return code().op(Opcode.PREFIX_SIMD).u(ADD_64);
    }

    @Test
    void vectorsPassThroughParametersLocalsAndResults() {
        int first = module.function(
                type(List.of(I32, V128, I64, V128), List.of(V128)),
                List.of(V128, I32),
                code().get(1)
                        .set(4)
                        .get(4)
                        .get(3)
                        .raw(add().toArray())
                        .op(Opcode.LOCAL_TEE)
                        .u(4)
                        .end());
        module.export(
                "run",
                BINARY,
                List.of(),
                code().i32(1).get(0).i64(2).get(1).call(first).end());

        assertThat(module.instantiate().function("run").invoke(A, B)).isEqualTo(SUM);
    }

    @Test
    void vectorsComeBackAmongOtherResults() {
        FunctionType mixed = type(List.of(V128), List.of(I32, V128, I64));
        int inner =
                module.function(mixed, List.of(), code().i32(7).get(0).i64(9).end());
        module.export("run", mixed, List.of(), code().get(0).call(inner).end());

        assertThat((Object[]) module.instantiate().function("run").invoke(A)).containsExactly(7, A, 9L);
    }

    @Test
    void globalsHoldVectors() {
        int own = module.global(V128, constant(A));
        module.export(
                "swap",
                UNARY,
                List.of(),
                code().op(Opcode.GLOBAL_GET)
                        .u(own)
                        .get(0)
                        .op(Opcode.GLOBAL_SET)
                        .u(own)
                        .end());
        Function swap = module.instantiate().function("swap");

        assertThat(swap.invoke(B)).isEqualTo(A);
        assertThat(swap.invoke(A)).isEqualTo(B);
    }

    @Test
    void aGlobalOfTheHostIsSharedByItsGuests() {
        int shared = module.importGlobal("host", "vector", V128);
        module.export(
                "add",
                UNARY,
                List.of(),
                code().get(0)
                        .op(Opcode.GLOBAL_GET)
                        .u(shared)
                        .raw(add().toArray())
                        .op(Opcode.GLOBAL_SET)
                        .u(shared)
                        .op(Opcode.GLOBAL_GET)
                        .u(shared)
                        .end());
        Global global = Global.of(new GlobalType(V128, true), B);
        Instance instance = Instance.instantiate(
                module.parse(), Imports.builder().add("host", "vector", global).build());

        assertThat(instance.function("add").invoke(A)).isEqualTo(SUM);
        assertThat(global.get()).isEqualTo(SUM);
    }

    @Test
    void selectAndBranchesCarryVectors() {
        module.export(
                "run",
                type(List.of(V128, V128, I32), List.of(V128)),
                List.of(),
                code().op(Opcode.BLOCK, V128.code)
                        .get(0)
                        .i32(5) // to be dropped by the branch
                        .get(0)
                        .get(1)
                        .get(2)
                        .op(Opcode.SELECT)
                        .get(2)
                        .op(Opcode.BR_IF, 0)
                        .op(Opcode.DROP, Opcode.DROP, Opcode.DROP)
                        .get(1)
                        .end()
                        .end());
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(A, B, 1)).isEqualTo(A);
        assertThat(run.invoke(A, B, 0)).isEqualTo(B);
    }

    @Test
    void functionsOfTheHostTakeAndReturnVectors() {
        int host = module.importFunction("host", "swap", UNARY);
        module.export("run", UNARY, List.of(), code().get(0).call(host).end());
        Function swap = Function.of(UNARY, arguments -> {
            V128 given = (V128) arguments[0];
            return new Object[] {new V128(given.high(), given.low())};
        });
        Instance instance = Instance.instantiate(
                module.parse(), Imports.builder().add("host", "swap", swap).build());

        assertThat(instance.function("run").invoke(A)).isEqualTo(new V128(A.high(), A.low()));
    }

    @Test
    void exceptionsAndTheHandlersOperandsAreVectors() {
        int tag = module.tag(type(List.of(V128), List.of()));
        module.export(
                "run",
                BINARY,
                List.of(),
                code().get(0)
                        .op(Opcode.TRY, V128.code)
                        .get(1)
                        .op(Opcode.THROW)
                        .u(tag)
                        .op(Opcode.CATCH)
                        .u(tag)
                        .end()
                        .raw(add().toArray())
                        .end());

        assertThat(module.instantiate().function("run").invoke(A, B)).isEqualTo(SUM);
    }

    @Test
    void tailCallsCarryVectors() {
        int last = module.function(
                BINARY, List.of(), code().get(1).op(Opcode.RETURN_CALL).u(1).end());
        module.function(UNARY, List.of(), code().get(0).get(0).op(Opcode.DROP).end());
        module.export(
                "run",
                BINARY,
                List.of(),
                code().get(0).get(1).op(Opcode.RETURN_CALL).u(last).end());

        assertThat(module.instantiate().function("run").invoke(A, B)).isEqualTo(B);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 400, 1_000, 3_000, 30_000})
    void functionsOfAnySizeUseVectors(int additions) {
        WasmBuilder.Bytes body =
                code().get(0).op(Opcode.BLOCK, V128.code).get(0).set(2);
        for (int i = 0; i < additions; i++) {
            body.get(2).get(1).raw(add().toArray()).set(2);
            if (i % 1000 == 0) {
                body.get(3).op(Opcode.IF, 0x40).get(1).set(2).end();
            }
        }
        body.get(2).end().raw(add().toArray()).end();
        module.export("run", BINARY, List.of(V128, I32), body);

        assertThat(module.instantiate().function("run").invoke(A, B))
                .isEqualTo(new V128(2 * A.low() + additions, 2 * A.high() + additions * 40L));
    }

    @Test
    void everyShuffleMovesTheRightBytes() {
        Random random = new Random(1);
        int count = 200;
        byte[][] lanes = new byte[count][16];
        for (int i = 0; i < count; i++) {
            int same = random.nextInt(32);
            for (int lane = 0; lane < 16; lane++) {
                lanes[i][lane] = (byte)
                        switch (i % 4) {
                            case 0 -> random.nextInt(32);
                            case 1 -> same;
                            case 2 -> (lane + same) % 32;
                            default -> lane / 4 * 4 % 16 + random.nextInt(2) * 16 + lane % 4;
                        };
            }
            module.export(
                    "f" + i,
                    BINARY,
                    List.of(),
                    code().get(0)
                            .get(1)
                            .op(Opcode.PREFIX_SIMD, SHUFFLE)
                            .raw(lanes[i])
                            .end());
        }
        Instance instance = module.instantiate();
        V128 first = new V128(random.nextLong(), random.nextLong());
        V128 second = new V128(random.nextLong(), random.nextLong());
        byte[] bytes = ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(first.low())
                .putLong(first.high())
                .putLong(second.low())
                .putLong(second.high())
                .array();
        for (int i = 0; i < count; i++) {
            ByteBuffer expected = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            for (byte lane : lanes[i]) {
                expected.put(bytes[lane]);
            }

            assertThat(instance.function("f" + i).invoke(first, second))
                    .as("lanes %s", (Object) lanes[i])
                    .isEqualTo(new V128(expected.getLong(0), expected.getLong(8)));
        }
    }

    @Test
    void theLastByteOfAVectorMustBeInMemory() {
        module.memory(1, 1);
        FunctionType load = type(List.of(I32), List.of(V128));
        module.export(
                "load",
                load,
                List.of(),
                code().get(0).op(Opcode.PREFIX_SIMD, 0, 0, 0).end());
        Function function = module.instantiate().function("load");

        assertThat(function.invoke(65_520)).isEqualTo(new V128(0, 0));
        for (int address : new int[] {65_521, 65_528, 65_536, -1}) {
            assertThatThrownBy(() -> function.invoke(address)).hasMessage(Trap.Kind.OUT_OF_BOUNDS_MEMORY.text());
        }
    }

    @Test
    void relaxedVectorInstructionsAreRefusedByName() {
        module.export(
                "run",
                BINARY,
                List.of(),
                code().get(0).get(1).op(Opcode.PREFIX_SIMD).u(0x100).end());

        assertThatThrownBy(module::parse).hasMessageContaining("unsupported: relaxed SIMD");
    }
}
