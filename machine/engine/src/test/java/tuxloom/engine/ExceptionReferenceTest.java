package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code try_table} and {@code throw_ref}, of which the official suite's version at hand has no tests. */
class ExceptionReferenceTest {
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final FunctionType ACTION = type(List.of(I32), List.of());
    private static final FunctionType NOTHING = type(List.of(), List.of());
    private static final int CATCH = 0;
    private static final int CATCH_REF = 1;
    private static final int CATCH_ALL = 2;
    private static final int CATCH_ALL_REF = 3;
    private static final int EXNREF = ValueType.EXNREF.code;

    private final WasmBuilder module = new WasmBuilder();
    private final int small = module.tag(ACTION);
    private final int wide = module.tag(type(List.of(I32, I64), List.of()));

    /** Throws nothing for 0, {@code small} for 1, {@code wide} otherwise. */
    private final int thrower = module.function(
            ACTION,
            List.of(),
            code().op(Opcode.BLOCK, 0x40, Opcode.BLOCK, 0x40, Opcode.BLOCK, 0x40)
                    .get(0)
                    .op(Opcode.BR_TABLE, 2, 0, 1, 2)
                    .end()
                    .op(Opcode.RETURN)
                    .end()
                    .i32(100)
                    .op(Opcode.THROW)
                    .u(small)
                    .end()
                    .get(0)
                    .i64(7)
                    .op(Opcode.THROW)
                    .u(wide)
                    .end());

    private Function run(WasmBuilder.Bytes body, ValueType... locals) {
        module.export("run", UNARY, List.of(locals), body);
        return module.instantiate().function("run");
    }

    @Test
    void theFirstClauseThatFitsIsTaken() {
        int pair = module.type(type(List.of(), List.of(I32, I64)));
        Function run = run(code().op(Opcode.BLOCK, 0x40)
                .op(Opcode.BLOCK, I32.code)
                .op(Opcode.BLOCK)
                .s(pair)
                .op(Opcode.TRY_TABLE, 0x40, 3, CATCH)
                .u(small)
                .op(1, CATCH)
                .u(wide)
                .op(0, CATCH_ALL, 2)
                .get(0)
                .call(thrower)
                .end()
                .i32(-1)
                .op(Opcode.RETURN)
                .end()
                .op(0xa7, Opcode.I32_ADD, Opcode.RETURN)
                .end()
                .op(Opcode.RETURN)
                .end()
                .i32(-2)
                .end());

        assertThat(run.invoke(0)).isEqualTo(-1);
        assertThat(run.invoke(1)).isEqualTo(100);
        assertThat(run.invoke(5)).isEqualTo(12);
    }

    @Test
    void aReferenceCanBeKeptAndThrownLater() {
        int rethrow = module.function(
                type(List.of(ValueType.EXNREF), List.of(I32)),
                List.of(),
                code().get(0).op(Opcode.THROW_REF).end());
        Function run = run(
                code().op(Opcode.BLOCK, EXNREF, Opcode.TRY_TABLE, 0x40, 1, CATCH_ALL_REF, 0)
                        .get(0)
                        .call(thrower)
                        .end()
                        .i32(0)
                        .op(Opcode.RETURN)
                        .end()
                        .set(1)
                        .op(Opcode.BLOCK, I32.code, Opcode.TRY_TABLE, I32.code, 1, CATCH)
                        .u(small)
                        .op(0)
                        .get(1)
                        .call(rethrow)
                        .end()
                        .end()
                        .i32(1)
                        .op(Opcode.I32_ADD)
                        .end(),
                ValueType.EXNREF);

        assertThat(run.invoke(0)).isEqualTo(0);
        assertThat(run.invoke(1)).isEqualTo(101);
        assertThatThrownBy(() -> run.invoke(2))
                .isInstanceOfSatisfying(
                        WasmException.class, e -> assertThat(e.values()).containsExactly(2, 7L));
    }

    @Test
    void aNullReferenceTraps() {
        Function run = run(code().op(Opcode.REF_NULL, EXNREF, Opcode.THROW_REF).end());

        assertThatThrownBy(() -> run.invoke(0))
                .isInstanceOfSatisfying(
                        Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.NULL_REFERENCE));
    }

    @Test
    void anInnerTryThatDoesNotFitLeavesTheExceptionToTheOuterOne() {
        int pair = module.type(type(List.of(), List.of(I32, ValueType.EXNREF)));
        Function run = run(code().op(Opcode.BLOCK)
                .s(pair)
                .op(Opcode.TRY_TABLE, 0x40, 1, CATCH_REF)
                .u(small)
                .op(0, Opcode.BLOCK, 0x40, Opcode.TRY_TABLE, 0x40, 1, CATCH)
                .u(module.tag(NOTHING))
                .op(0)
                .get(0)
                .call(thrower)
                .end()
                .end()
                .end()
                .i32(-1)
                .op(Opcode.RETURN)
                .end()
                .op(Opcode.DROP)
                .end());

        assertThat(run.invoke(0)).isEqualTo(-1);
        assertThat(run.invoke(1)).isEqualTo(100);
        assertThatThrownBy(() -> run.invoke(2)).isInstanceOf(WasmException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3_000, 20_000})
    void aClauseMayGoBackToALoopWhateverTheFunctionsSize(int padding) {
        WasmBuilder.Bytes rest = code();
        for (int i = 0; i < padding; i++) {
            rest.i32(i).op(Opcode.DROP);
        }
        Function run = run(
                code().op(Opcode.LOOP, 0x40)
                        .get(1)
                        .i32(1)
                        .op(Opcode.I32_ADD)
                        .op(Opcode.LOCAL_TEE)
                        .u(1)
                        .get(0)
                        .op(0x48, Opcode.IF, 0x40) // while less than the parameter
                        .op(Opcode.TRY_TABLE, 0x40, 1, CATCH_ALL, 1)
                        .raw(rest.toArray())
                        .i32(1)
                        .call(thrower)
                        .end()
                        .end()
                        .end()
                        .get(1)
                        .end(),
                I32);

        assertThat(run.invoke(10)).isEqualTo(10);
    }

    @Test
    void aClauseWhoseValuesDoNotFitItsLabelIsInvalid() {
        module.function(
                NOTHING,
                List.of(),
                code().op(Opcode.BLOCK, 0x40, Opcode.TRY_TABLE, 0x40, 1, CATCH)
                        .u(small)
                        .op(0)
                        .end()
                        .end()
                        .end());

        assertThatThrownBy(module::parse).hasMessageContaining("type mismatch");
    }

    @Test
    void unknownTagsAndLabelsAreInvalid() {
        WasmBuilder other = new WasmBuilder();
        other.function(
                NOTHING,
                List.of(),
                code().op(Opcode.TRY_TABLE, 0x40, 1, CATCH_ALL, 9).end().end());
        module.function(
                NOTHING,
                List.of(),
                code().op(Opcode.TRY_TABLE, 0x40, 1, CATCH, 99, 0).end().end());

        assertThatThrownBy(other::parse).hasMessageContaining("unknown label 9");
        assertThatThrownBy(module::parse).hasMessageContaining("unknown tag 99");
    }
}
