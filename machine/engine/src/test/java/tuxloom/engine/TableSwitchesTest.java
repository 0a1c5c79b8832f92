package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableSwitchesTest {
    private static final FunctionType NOTHING = type(List.of(), List.of());
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));

    private final WasmBuilder module = new WasmBuilder();

    /** Adds a function that adds a number to its parameter. */
    private int adder(int number) {
        return module.function(
                UNARY, List.of(), code().get(0).i32(number).op(Opcode.I32_ADD).end());
    }

    private static TableNumbers numbers(Module parsed, int... called) {
        return new TableNumbers(parsed.data(), TableTemplate.indexes(parsed.data(), 0), called);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 32, 33, 300, 2_048, 2_049})
    void anIndirectCallReachesEachOfManyFunctions(int count) {
        int before = module.function(NOTHING, List.of(), code().end());
        int[] functions = IntStream.range(0, count).map(this::adder).toArray();
        int after = module.function(NOTHING, List.of(), code().end());
        module.table(count + 3).element(0, functions).element(count, before, after);
        module.exportIndirectCall("call");
        Module parsed = module.parse();
        Function call = Instance.instantiate(parsed, Imports.builder().build()).function("call");

        for (int i = 0; i < count; i++) {
            assertThat(call.invoke(i, 1_000_000)).isEqualTo(1_000_000 + i);
        }
        assertThatThrownBy(() -> call.invoke(count, 0)).hasMessageContaining("type mismatch");
        assertThatThrownBy(() -> call.invoke(count + 1, 0)).hasMessageContaining("type mismatch");
        assertThatThrownBy(() -> call.invoke(count + 2, 0)).hasMessageContaining("uninitialized element");
        assertThatThrownBy(() -> call.invoke(count + 3, 0)).hasMessageContaining("undefined element");
        assertThatThrownBy(() -> call.invoke(-1, 0)).hasMessageContaining("element 4294967295");
        assertThat(parsed.verifyAll()).isPositive();
        assertThat(numbers(parsed).has(module.type(UNARY)))
                .as("2,049 functions are too many for a switch")
                .isEqualTo(count <= 2_048);
    }

    @Test
    void nothingIsMadeForAFunctionThatIsOnlyCalled() {
        module.table(2).element(0, adder(1), adder(2)).exportTable("table", 0);
        module.exportIndirectCall("call");
        Instance instance = module.instantiate();
        Table table = instance.table("table");

        assertThat(instance.function("call").invoke(1, 5)).isEqualTo(7);
        assertThat(table.functions).containsOnlyNulls();

        table.set(0, table.get(1));
        assertThat(instance.function("call").invoke(0, 5)).isEqualTo(7);
        assertThat(instance.function("call").invoke(1, 5)).isEqualTo(7);
    }

    @Test
    void parametersAndResultsOfAllSizesComeThrough() {
        var shape = type(List.of(I64, I32, I64), List.of(I64, I32));
        int first = module.function(shape, List.of(), code().get(0).get(1).end());
        int second = module.function(shape, List.of(), code().get(2).get(1).end());
        module.table(2).element(0, first, second);
        module.export(
                "call",
                type(List.of(I64, I32, I64, I32), List.of(I64, I32)),
                List.of(),
                code().get(0)
                        .get(1)
                        .get(2)
                        .get(3)
                        .op(Opcode.CALL_INDIRECT)
                        .u(module.type(shape))
                        .u(0)
                        .end());
        Function call = module.instantiate().function("call");

        assertThat((Object[]) java.util.Objects.requireNonNull(call.invoke(1L << 40, 7, 1L << 50, 0)))
                .containsExactly(1L << 40, 7);
        assertThat((Object[]) java.util.Objects.requireNonNull(call.invoke(1L << 40, 7, 1L << 50, 1)))
                .containsExactly(1L << 50, 7);
    }

    @Test
    void functionsThatWereCalledEarlierHaveTheFirstNumbers() {
        int nothing = module.function(NOTHING, List.of(), code().end());
        int[] functions = IntStream.range(0, 40).map(this::adder).toArray();
        module.table(41).element(0, nothing).element(1, functions);
        Module parsed = module.parse();
        int unary = module.type(UNARY);

        TableNumbers plain = numbers(parsed);
        assertThat(plain.first(module.type(NOTHING))).isEqualTo(1);
        assertThat(plain.first(unary)).as("a whole number of blocks").isEqualTo(32);
        assertThat(plain.count(unary)).isEqualTo(40);
        assertThat(plain.ofElements()).startsWith(1, 32, 33).endsWith(70, 71);

        TableNumbers known = numbers(parsed, functions[39], nothing, functions[1]);
        assertThat(known.function(32)).isEqualTo(functions[39]);
        assertThat(known.function(33)).isEqualTo(functions[1]);
        assertThat(known.function(34)).isEqualTo(functions[0]);
        assertThat(known.ofElements()).startsWith(1, 34, 33, 35).endsWith(71, 32);
    }

    @Test
    void stackTracesShowNothingBetweenCallerAndCallee() {
        int[] functions = IntStream.range(0, 40).map(this::adder).toArray();
        int trap = module.export(
                "trap", UNARY, List.of(), code().op(Opcode.UNREACHABLE).end());
        module.table(41).element(0, functions).element(40, trap);
        module.exportIndirectCall("call");
        Function call = module.instantiate().function("call");

        assertThatThrownBy(() -> call.invoke(40, 0))
                .isInstanceOfSatisfying(
                        Trap.class,
                        thrown -> assertThat(thrown.wasmStack())
                                .extracting(Trap.Frame::function)
                                .containsExactly("trap", "call"));
    }
}
