package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionTest {
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final FunctionType ACTION = type(List.of(I32), List.of());
    private static final int CATCH = 0;
    private static final int CATCH_REF = 1;
    private static final int CATCH_ALL = 2;

    private final WasmBuilder module = new WasmBuilder();
    private final int tag = module.tag(ACTION);
    private final int thrower = module.function(
            ACTION,
            List.of(),
            code().get(0)
                    .op(Opcode.IF, 0x40)
                    .get(0)
                    .op(Opcode.THROW)
                    .u(tag)
                    .end()
                    .end());

    @Test
    void operandsBelowATryAreStillThereInItsHandler() {
        module.export(
                "run",
                UNARY,
                List.of(),
                code().i32(1000)
                        .op(Opcode.TRY, I32.code)
                        .get(0)
                        .call(thrower)
                        .i32(-1)
                        .op(Opcode.CATCH)
                        .u(tag)
                        .end()
                        .op(Opcode.I32_ADD)
                        .end());
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(0)).isEqualTo(999);
        assertThat(run.invoke(7)).isEqualTo(1007);
    }

    @Test
    void branchOutOfATryFindsTheOperandsBelow() {
        module.export(
                "run",
                UNARY,
                List.of(),
                code().i32(5)
                        .op(Opcode.BLOCK, I32.code)
                        .i32(6)
                        .op(Opcode.TRY, 0x40)
                        .i32(7)
                        .get(0)
                        .op(Opcode.BR_IF, 1, Opcode.DROP)
                        .op(Opcode.CATCH_ALL)
                        .end()
                        .end()
                        .op(Opcode.I32_MUL)
                        .end());
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(1)).isEqualTo(35);
        assertThat(run.invoke(0)).isEqualTo(30);
    }

    @Test
    void uncaughtExceptionReachesTheHostWithItsValues() {
        module.exportFunction("thrower", thrower);
        Function function = module.instantiate().function("thrower");

        assertThatThrownBy(() -> function.invoke(9))
                .isInstanceOfSatisfying(
                        WasmException.class, e -> assertThat(e.values()).containsExactly(9));
    }

    @Test
    void trapsAndUnwindsPassThroughCatchAll() {
        module.export(
                "run",
                type(List.of(), List.of()),
                List.of(),
                code().op(Opcode.TRY, 0x40, Opcode.UNREACHABLE, Opcode.CATCH_ALL)
                        .end()
                        .end());
        Function run = module.instantiate().function("run");

        assertThatThrownBy(run::invoke).isInstanceOf(Trap.class);
    }

    @Test
    void tryTableBranchesWithPayload() {
        module.export(
                "run",
                UNARY,
                List.of(),
                code().op(Opcode.BLOCK, I32.code)
                        .op(Opcode.TRY_TABLE, 0x40, 1, CATCH)
                        .u(tag)
                        .u(0)
                        .get(0)
                        .call(thrower)
                        .end()
                        .i32(-1)
                        .end()
                        .end());
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(0)).isEqualTo(-1);
        assertThat(run.invoke(7)).isEqualTo(7);
    }

    @Test
    void caughtReferenceIsThrownAgain() {
        int pair = module.type(type(List.of(), List.of(I32, ValueType.EXNREF)));
        module.export(
                "run",
                UNARY,
                List.of(),
                code().op(Opcode.BLOCK, 0x40)
                        .op(Opcode.TRY_TABLE, 0x40, 1, CATCH_ALL, 0)
                        .op(Opcode.BLOCK)
                        .u(pair)
                        .op(Opcode.TRY_TABLE, 0x40, 1, CATCH_REF)
                        .u(tag)
                        .u(0)
                        .get(0)
                        .call(thrower)
                        .end()
                        .i32(1)
                        .op(Opcode.RETURN)
                        .end()
                        .op(Opcode.THROW_REF)
                        .end()
                        .op(Opcode.UNREACHABLE)
                        .end()
                        .i32(2)
                        .end());
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(0)).isEqualTo(1);
        assertThat(run.invoke(1)).isEqualTo(2);
    }
}
