package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TailCallTest {
    private static final int MILLION = 1_000_000;
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final FunctionType BINARY = type(List.of(I32, I32), List.of(I32));
    private static final FunctionType PAIR = type(List.of(I32, I64), List.of(I32, I64));
    private static final FunctionType ACTION = type(List.of(I32), List.of());

    private final WasmBuilder module = new WasmBuilder();

    /** A body that ends with {@code result} at 0, and else does {@code next} with the parameter less one. */
    private static WasmBuilder.Bytes countdown(int result, WasmBuilder.Bytes next) {
        return code().get(0)
                .op(Opcode.I32_EQZ, Opcode.IF, 0x40)
                .i32(result)
                .op(Opcode.RETURN)
                .end()
                .get(0)
                .i32(1)
                .op(Opcode.I32_SUB)
                .raw(next.toArray())
                .end();
    }

    private static WasmBuilder.Bytes returnCall(int function) {
        return code().op(Opcode.RETURN_CALL).u(function);
    }

    @Test
    void aMillionMutualTailCallsNeedNoStack() {
        module.export("even", UNARY, List.of(), countdown(44, returnCall(1)));
        module.export("odd", UNARY, List.of(), countdown(99, returnCall(0)));
        Instance instance = module.instantiate();

        assertThat(instance.function("even").invoke(MILLION)).isEqualTo(44);
        assertThat(instance.function("even").invoke(MILLION + 1)).isEqualTo(99);
        assertThat(instance.function("odd").invoke(MILLION)).isEqualTo(99);
    }

    @Test
    void aMillionIndirectTailCallsNeedNoStack() {
        int type = module.type(UNARY);
        WasmBuilder.Bytes next = code().get(0)
                .i32(1)
                .op(Opcode.I32_SUB)
                .i32(1)
                .op(0x71)
                .op(Opcode.RETURN_CALL_INDIRECT)
                .u(type)
                .u(0);
        module.table(2).element(0, 0, 1);
        module.export("even", UNARY, List.of(), countdown(44, next));
        module.export("odd", UNARY, List.of(), countdown(99, next));

        assertThat(module.instantiate().function("even").invoke(MILLION)).isEqualTo(44);
    }

    @Test
    void aTailCallOfItselfFindsItsOtherLocalsZero() {
        module.export(
                "sum",
                BINARY,
                List.of(I32),
                code().get(0)
                        .op(Opcode.I32_EQZ, Opcode.IF, 0x40)
                        .get(1)
                        .op(Opcode.RETURN)
                        .end()
                        .i32(7) // stays below the arguments
                        .get(0)
                        .i32(1)
                        .op(Opcode.I32_SUB)
                        .get(1)
                        .get(2)
                        .op(Opcode.I32_ADD)
                        .i32(3)
                        .op(Opcode.I32_ADD)
                        .i32(1_000)
                        .set(2)
                        .op(Opcode.RETURN_CALL)
                        .u(0)
                        .end());

        assertThat(module.instantiate().function("sum").invoke(MILLION, 1)).isEqualTo(3 * MILLION + 1);
    }

    @Test
    void severalResultsComeBackThroughTailCalls() {
        module.function(PAIR, List.of(), code().get(0).get(1).end());
        module.export(
                "pair",
                PAIR,
                List.of(),
                code().i32(5).get(1).op(Opcode.RETURN_CALL).u(2).end());
        module.function(
                PAIR,
                List.of(),
                code().get(0).get(1).op(Opcode.RETURN_CALL).u(0).end());

        assertThat((Object[]) module.instantiate().function("pair").invoke(1, 1L << 40))
                .containsExactly(5, 1L << 40);
    }

    @Test
    void instancesThatTailCallEachOtherNeedNoStack() {
        module.importTable("host", "table", 2);
        int type = module.type(UNARY);
        WasmBuilder.Bytes next = code().get(0)
                .i32(1)
                .op(Opcode.I32_SUB)
                .i32(1)
                .op(0x71)
                .op(Opcode.RETURN_CALL_INDIRECT)
                .u(type)
                .u(0);
        int global = module.global(I32, code().i32(0));
        module.export(
                "count",
                UNARY,
                List.of(),
                countdown(
                        0,
                        code().op(Opcode.GLOBAL_GET)
                                .u(global)
                                .i32(1)
                                .op(Opcode.I32_ADD, Opcode.GLOBAL_SET)
                                .u(global)
                                .raw(next.toArray())));
        module.export(
                "counted",
                type(List.of(), List.of(I32)),
                List.of(),
                code().op(Opcode.GLOBAL_GET).u(global).end());
        Table table = Table.allocate(new TableType(ValueType.FUNCREF, Limits.of(2, 2)));
        Imports imports = Imports.builder().add("host", "table", table).build();
        Instance first = Instance.instantiate(module.parse(), imports);
        Instance second = Instance.instantiate(module.parse(), imports);
        table.set(0, first.function("count"));
        table.set(1, second.function("count"));

        first.function("count").invoke(MILLION);

        assertThat(first.function("counted").invoke()).isEqualTo(MILLION / 2);
        assertThat(second.function("counted").invoke()).isEqualTo(MILLION / 2);
    }

    @Test
    void aFunctionOfTheHostMayBeTailCalled() {
        int host = module.importFunction("host", "twice", UNARY);
        module.export(
                "run",
                UNARY,
                List.of(),
                code().get(0).op(Opcode.RETURN_CALL).u(host).end());
        Function twice = Function.of(UNARY, arguments -> new Object[] {2 * (int) arguments[0]});
        Instance instance = Instance.instantiate(
                module.parse(), Imports.builder().add("host", "twice", twice).build());

        assertThat(instance.function("run").invoke(21)).isEqualTo(42);
    }

    @Test
    void aHandlerDoesNotSeeWhatATailCallThrows() {
        int tag = module.tag(ACTION);
        int thrower = module.function(
                UNARY, List.of(), code().get(0).op(Opcode.THROW).u(tag).end());
        module.export(
                "run",
                UNARY,
                List.of(),
                code().op(Opcode.TRY, I32.code)
                        .get(0)
                        .op(Opcode.RETURN_CALL)
                        .u(thrower)
                        .op(Opcode.CATCH)
                        .u(tag)
                        .end()
                        .end());
        Function run = module.instantiate().function("run");

        assertThatThrownBy(() -> run.invoke(7)).isInstanceOf(WasmException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {3_000, 30_000})
    void aFunctionOfSeveralMethodsMayMakeTailCalls(int additions) {
        WasmBuilder.Bytes padding = code();
        for (int i = 0; i < additions; i++) {
            padding.i32(i).op(Opcode.DROP);
        }
        module.export(
                "even",
                UNARY,
                List.of(),
                countdown(44, padding.raw(returnCall(1).toArray())));
        module.export("odd", UNARY, List.of(), countdown(99, returnCall(0)));

        assertThat(module.instantiate().function("even").invoke(2_001)).isEqualTo(99);
    }

    @Test
    void endlessTailCallsCanBeInterrupted() {
        module.export(
                "first",
                ACTION,
                List.of(),
                code().get(0).op(Opcode.RETURN_CALL).u(1).end());
        module.export(
                "second",
                ACTION,
                List.of(),
                code().get(0).op(Opcode.RETURN_CALL).u(0).end());
        Instance instance = module.instantiate();
        AtomicInteger calls = new AtomicInteger();
        instance.interrupt(() -> {
            if (calls.incrementAndGet() == 3) {
                throw new IllegalStateException("enough");
            }
        });

        assertThatThrownBy(() -> instance.function("first").invoke(0)).hasMessage("enough");
    }

    @Test
    void aTailCallOfOtherResultsIsInvalid() {
        module.function(ACTION, List.of(), code().end());
        module.function(
                UNARY, List.of(), code().get(0).op(Opcode.RETURN_CALL).u(0).end());

        assertThatThrownBy(module::parse)
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining("type mismatch");
    }
}
