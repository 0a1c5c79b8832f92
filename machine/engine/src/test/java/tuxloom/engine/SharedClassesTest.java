package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However many types guests make up, each module works, and nothing of them stays in the process. */
@Timeout(120)
class SharedClassesTest {
    private static final FunctionType NOTHING = type(List.of(), List.of(I32));
    private static final int FEW = 500;
    private static final int BITS = 16;

    private interface Long7 {
        long call(long a, long b, long c, long d, long e, long f, int g);
    }

    /** A type that differs for each number. */
    private static FunctionType numbered(int number, List<ValueType> results) {
        List<ValueType> parameters = new ArrayList<>();
        for (int bit = 0; bit < BITS; bit++) {
            parameters.add((number >> bit & 1) == 0 ? I32 : I64);
        }
        return type(parameters, results);
    }

    private static void zeroes(WasmBuilder.Bytes body, FunctionType type) {
        for (ValueType parameter : type.parameters()) {
            if (parameter == I32) {
                body.i32(0);
            } else {
                body.i64(0);
            }
        }
    }

    /** Returns a module whose function {@code run} makes indirect calls of functions of that many types and adds what they return. */
    private static WasmBuilder callsOfTypes(int first, int count, List<ValueType> results) {
        WasmBuilder module = new WasmBuilder().table(count);
        WasmBuilder.Bytes body = code().i32(0);
        for (int i = 0; i < count; i++) {
            FunctionType type = numbered(first + i, results);
            WasmBuilder.Bytes callee = code();
            results.forEach(result -> callee.i32(1));
            module.element(i, module.function(type, List.of(), callee.end()));
            zeroes(body, type);
            body.i32(i).op(Opcode.CALL_INDIRECT).u(module.type(type)).u(0);
            results.forEach(result -> body.op(Opcode.I32_ADD));
        }
        module.export("run", NOTHING, List.of(), body.end());
        return module;
    }

    private static Instance instantiate(WasmBuilder module, HostBudget budget) {
        return Instance.instantiate(
                Module.adoptInterruptible(module.toBytes(), budget),
                Imports.builder().build());
    }

    @Test
    void moreTypesThanAnyLimitOfTheProcessWorkOneModuleAfterTheOther() {
        var classes = ManagementFactory.getClassLoadingMXBean();
        for (int first = 0; first < 21_000; first += FEW) {
            assertThat(callsOfTypes(first, FEW, List.of(I32))
                            .instantiate()
                            .function("run")
                            .invoke())
                    .isEqualTo(FEW);
        }
        System.gc();
        assertThat(classes.getUnloadedClassCount()).isGreaterThan(10_000);
        assertThat(classes.getLoadedClassCount()).isLessThan(20_000);
    }

    @Test
    void resultsInBundlesOfTheirOwnWorkToo() {

        assertThat(callsOfTypes(40_000, 100, List.of(I32, I32, I32))
                        .instantiate()
                        .function("run")
                        .invoke())
                .isEqualTo(300);
    }

    @Test
    void functionsOfSuchTypesGoFromModuleToModule() {
        FunctionType type = numbered(41_000, List.of(I32, I32));
        WasmBuilder callee = new WasmBuilder();
        callee.export("f", type, List.of(), code().i32(40).i32(2).end());
        WasmBuilder caller = new WasmBuilder();
        int imported = caller.importFunction("other", "f", type);
        WasmBuilder.Bytes body = code();
        zeroes(body, type);
        caller.table(1).element(0, imported);
        body.i32(0).op(Opcode.CALL_INDIRECT).u(caller.type(type)).u(0).op(Opcode.I32_ADD);
        caller.export("run", NOTHING, List.of(), body.end());

        Instance instance = Instance.instantiate(
                caller.parse(),
                Imports.builder()
                        .add("other", "f", callee.instantiate().function("f"))
                        .build());

        assertThat(instance.function("run").invoke()).isEqualTo(42);
    }

    @Test
    void wrongTypeStillTraps() {
        FunctionType right = numbered(42_000, List.of(I32));
        WasmBuilder module = new WasmBuilder().table(1);
        WasmBuilder.Bytes body = code();
        zeroes(body, numbered(42_001, List.of(I32)));
        body.i32(0)
                .op(Opcode.CALL_INDIRECT)
                .u(module.type(numbered(42_001, List.of(I32))))
                .u(0);
        module.element(0, module.function(right, List.of(), code().i32(1).end()));
        module.export("run", NOTHING, List.of(), body.end());
        Function run = module.instantiate().function("run");

        assertThatThrownBy(run::invoke)
                .isInstanceOfSatisfying(
                        Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH));
    }

    @Test
    void oneMachineUsesItsShareUpAndAnotherStillWorks() {
        long few = 200L << 10;
        Function greedy = instantiate(callsOfTypes(43_000, FEW, List.of(I32)), new HostBudget(0, few))
                .function("run");

        assertThatThrownBy(greedy::invoke).isInstanceOf(Trap.class).hasMessageContaining("too much code");
        assertThat(instantiate(callsOfTypes(43_000, 10, List.of(I32)), new HostBudget(0, few))
                        .function("run")
                        .invoke())
                .isEqualTo(10);
    }

    static final class Late {
        @WasmImport(module = "host", name = "late")
        int late(long a, long b, long c, long d, long e, int f, int g) {
            return (int) (a + b + c + d + e) + f + g;
        }
    }

    @Test
    void hostsFunctionsOfTypesThatGuestsMadeFirstWorkToo() {
        FunctionType seven = type(List.of(I64, I64, I64, I64, I64, I32, I32), List.of(I32));
        WasmBuilder module = new WasmBuilder();
        int late = module.importFunction("host", "late", seven);
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < 5; i++) {
            body.i64(i);
        }
        module.export("run", NOTHING, List.of(), body.i32(5).i32(6).call(late).end());
        FunctionType six = type(List.of(I64, I64, I64, I64, I64, I64, I32), List.of(I64));
        module.export("sum", six, List.of(), code().get(0).get(5).op(0x7c).end());
        // Both types are guests' before the host asks for them.
        WasmBuilder other = new WasmBuilder();
        other.export("a", seven, List.of(), code().i32(1).end());
        other.export("b", six, List.of(), code().i64(1).end());
        Instance holder = other.instantiate();
        assertThat(holder.function("a").invoke(0L, 0L, 0L, 0L, 0L, 0, 0)).isEqualTo(1);
        assertThat(holder.function("b").invoke(0L, 0L, 0L, 0L, 0L, 0L, 0)).isEqualTo(1L);

        Imports.Builder imports = Imports.builder();
        HostFunctions.of(MethodHandles.lookup(), Late.class).bind(new Late(), imports);
        Instance instance = Instance.instantiate(module.parse(), imports.build());

        assertThat(instance.function("run").invoke()).isEqualTo(21);
        assertThat(instance.function("sum").as(Long7.class).call(40, 0, 0, 0, 0, 2, 0))
                .isEqualTo(42);
        assertThat(holder).isNotNull();
    }

    @BeforeAll
    static void guestsUseMoreTypesThanLast() {
        assertThat(callsOfTypes(50_000, 3_000, List.of(I32))
                        .instantiate()
                        .function("run")
                        .invoke())
                .isEqualTo(3_000);
    }
}
