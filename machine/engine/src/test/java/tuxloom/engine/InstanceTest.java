package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstanceTest {
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final FunctionType NOTHING = type(List.of(), List.of());

    private final WasmBuilder module = new WasmBuilder();

    /** An interface that is not public, as embedders have them. */
    interface IntFunction {
        int apply(int value);
    }

    static final class Host {
        private int sum;

        @SuppressWarnings("unused") // Called by the guest.
        @WasmImport(module = "host", name = "add")
        private int add(int value) {
            sum += value;
            return sum;
        }

        @WasmImport(module = "host", name = "wide")
        long wide(long a, float b, double c) {
            return a + (long) b + (long) c;
        }
    }

    @Test
    void recursiveFunctionReturnsItsResult() {
        module.export(
                "factorial",
                type(List.of(I64), List.of(I64)),
                List.of(),
                code().get(0)
                        .op(Opcode.I64_EQZ, Opcode.IF, I64.code)
                        .i64(1)
                        .op(Opcode.ELSE)
                        .get(0)
                        .get(0)
                        .i64(1)
                        .op(Opcode.I64_SUB)
                        .call(0)
                        .op(Opcode.I64_MUL)
                        .end()
                        .end());

        assertThat(module.instantiate().function("factorial").invoke(20L)).isEqualTo(2432902008176640000L);
    }

    @Test
    void severalResultsComeBackInOrder() {
        module.export(
                "pair",
                type(List.of(I32), List.of(I32, I64)),
                List.of(),
                code().get(0).i64(7).end());

        assertThat((Object[]) module.instantiate().function("pair").invoke(3)).containsExactly(3, 7L);
    }

    @Test
    void accessBeyondTheMemoryTrapsAndNamesTheGuestFunction() {
        module.memory(1, 2);
        module.export(
                "peek",
                UNARY,
                List.of(),
                code().get(0).op(Opcode.I32_LOAD, 2, 0).end());
        Function peek = module.instantiate().function("peek");

        assertThat(peek.invoke(65532)).isEqualTo(0);
        assertThatThrownBy(() -> peek.invoke(65533)).isInstanceOfSatisfying(Trap.class, trap -> {
            assertThat(trap.kind()).isEqualTo(Trap.Kind.OUT_OF_BOUNDS_MEMORY);
            assertThat(trap.wasmStack()).containsExactly(new Trap.Frame("peek", 3, Optional.empty()));
        });
        assertThatThrownBy(() -> peek.invoke(-1)).isInstanceOf(Trap.class);
    }

    @Test
    void memoryGrownBySomebodyElseBecomesAccessible() {
        module.memory(1, 2);
        module.export(
                "peek",
                UNARY,
                List.of(),
                code().get(0).op(Opcode.I32_LOAD, 2, 0).end());
        Instance instance = module.instantiate();
        Function peek = instance.function("peek");
        assertThatThrownBy(() -> peek.invoke(65536)).isInstanceOf(Trap.class);

        instance.memory("memory").grow(1);

        assertThat(peek.invoke(65536)).isEqualTo(0);
    }

    @Test
    void endlessRecursionIsATrap() {
        module.export("deep", NOTHING, List.of(), code().call(0).end());
        Function deep = module.instantiate().function("deep");

        assertThatThrownBy(deep::invoke)
                .isInstanceOfSatisfying(
                        Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.CALL_STACK_EXHAUSTED));
    }

    @Test
    void indirectCallChecksElementAndType() {
        int twice = module.function(
                UNARY, List.of(), code().get(0).get(0).op(Opcode.I32_ADD).end());
        int nothing = module.function(NOTHING, List.of(), code().end());
        module.table(4).element(0, twice, nothing);
        module.exportIndirectCall("call");
        Function call = module.instantiate().function("call");

        assertThat(call.invoke(0, 21)).isEqualTo(42);
        assertThatThrownBy(() -> call.invoke(1, 21)).hasMessageContaining("indirect call type mismatch");
        assertThatThrownBy(() -> call.invoke(2, 21)).hasMessageContaining("uninitialized element");
        assertThatThrownBy(() -> call.invoke(4, 21)).hasMessageContaining("undefined element");
    }

    @Test
    void tablesOfInstancesAreApartOnceWritten() {
        int global = module.global(I32, code().i32(0));
        int count = module.function(
                UNARY,
                List.of(),
                code().op(Opcode.GLOBAL_GET)
                        .u(global)
                        .get(0)
                        .op(Opcode.I32_ADD, Opcode.GLOBAL_SET)
                        .u(global)
                        .op(Opcode.GLOBAL_GET)
                        .u(global)
                        .end());
        module.table(2).element(0, count).exportTable("table", 0);
        module.export(
                "call",
                type(List.of(I32, I32), List.of(I32)),
                List.of(),
                code().get(1)
                        .get(0)
                        .op(Opcode.CALL_INDIRECT)
                        .u(module.type(UNARY))
                        .u(0)
                        .end());
        Module parsed = module.parse();
        Instance first = Instance.instantiate(parsed, Imports.builder().build());
        Instance second = Instance.instantiate(parsed, Imports.builder().build());
        assertThat(first.function("call").invoke(0, 1)).isEqualTo(1);
        assertThat(second.function("call").invoke(0, 10)).isEqualTo(10);

        // A function taken from a table runs in the instance that it came from, wherever it is put.
        second.table("table").set(1, first.table("table").get(0));

        assertThat(second.function("call").invoke(1, 1)).isEqualTo(2);
        assertThat(second.function("call").invoke(0, 1)).isEqualTo(11);
        assertThatThrownBy(() -> first.function("call").invoke(1, 1)).hasMessageContaining("uninitialized");
    }

    @Test
    void annotatedMethodsAreCalledWithTheirReceiver() {
        int add = module.importFunction("host", "add", UNARY);
        FunctionType wideType = type(List.of(I64, ValueType.F32, ValueType.F64), List.of(I64));
        int wide = module.importFunction("host", "wide", wideType);
        module.export(
                "twice",
                UNARY,
                List.of(),
                code().get(0).call(add).op(Opcode.DROP).get(0).call(add).end());
        module.exportFunction("wide", wide);
        Host host = new Host();
        Imports.Builder imports = Imports.builder();
        HostFunctions functions = HostFunctions.of(MethodHandles.lookup(), Host.class);
        functions.bind(host, imports);
        Instance instance = Instance.instantiate(module.parse(), imports.build());

        assertThat(functions.types()).containsEntry(new HostFunctions.Name("host", "wide"), wideType);
        assertThat(instance.function("twice").invoke(4)).isEqualTo(8);
        assertThat(host.sum).isEqualTo(8);
        assertThat(instance.function("wide").invoke(1L, 2f, 3d)).isEqualTo(6L);
    }

    @Test
    void functionImplementsAnInterface() {
        module.export(
                "inc", UNARY, List.of(), code().get(0).i32(1).op(Opcode.I32_ADD).end());
        Function inc = module.instantiate().function("inc");

        assertThat(inc.as(IntFunction.class).apply(41)).isEqualTo(42);
        assertThat(inc.as(java.util.function.IntUnaryOperator.class).applyAsInt(1))
                .isEqualTo(2);
        assertThatThrownBy(() -> inc.as(Runnable.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void missingAndWrongImportsAreAllListed() {
        module.importFunction("a", "missing", UNARY);
        module.importFunction("a", "wrong", UNARY);
        Imports imports = Imports.builder()
                .add("a", "wrong", Function.of(NOTHING, arguments -> new Object[0]))
                .build();
        Module parsed = module.parse();

        assertThatThrownBy(() -> Instance.instantiate(parsed, imports))
                .isInstanceOf(LinkException.class)
                .hasMessageContaining("unknown import a.missing")
                .hasMessageContaining("incompatible import type: a.wrong");
    }

    @Test
    void endlessLoopIsInterrupted() {
        final class Stop extends Unwind {
            private static final long serialVersionUID = 1L;

            Stop() {
                super("stop");
            }
        }
        module.export(
                "spin",
                NOTHING,
                List.of(),
                code().op(Opcode.LOOP, 0x40, Opcode.BR, 0).end().end());
        Instance instance = module.instantiate();
        Thread other = Thread.ofPlatform()
                .start(() -> instance.interrupt(() -> {
                    throw new Stop();
                }));

        assertThatThrownBy(() -> instance.function("spin").invoke()).isInstanceOf(Stop.class);
        assertThat(other).isNotNull();
        instance.clearInterrupt();
    }

    @Test
    void stackTraceNamesTheCallers() {
        int trace = module.importFunction("host", "trace", NOTHING);
        int inner = module.function(NOTHING, List.of(), code().call(trace).end());
        module.name(inner, "inner");
        module.export("outer", NOTHING, List.of(), code().call(inner).end());
        StringBuilder text = new StringBuilder();
        Instance[] instance = new Instance[1];
        Imports imports = Imports.builder()
                .add("host", "trace", Function.of(NOTHING, arguments -> {
                    text.append(instance[0].stackTrace());
                    return new Object[0];
                }))
                .build();
        instance[0] = Instance.instantiate(module.parse(), imports);

        instance[0].function("outer").invoke();

        assertThat(text.toString()).isEqualTo("inner+0x1\nouter+0x1\n");
    }

    @Test
    void instancesShareAMemoryButNotTheirGlobals() throws Exception {
        module.importSharedMemory("env", "memory", 1, 4);
        int global = module.global(I32, code().i32(5));
        module.export(
                "bump",
                type(List.of(), List.of(I32)),
                List.of(),
                code().i32(8)
                        .i32(1)
                        .op(0xfe, 0x1e, 2, 0, Opcode.DROP)
                        .op(Opcode.GLOBAL_GET)
                        .u(global)
                        .i32(1)
                        .op(Opcode.I32_ADD, Opcode.GLOBAL_SET)
                        .u(global)
                        .op(Opcode.GLOBAL_GET)
                        .u(global)
                        .end());
        Module parsed = module.parse();
        try (Memory memory = Memory.allocate(MemoryType.shared(1, 4))) {
            Imports imports = Imports.builder().add("env", "memory", memory).build();
            Instance first = Instance.instantiate(parsed, imports);
            Instance second = Instance.instantiate(parsed, imports);

            assertThat(first.function("bump").invoke()).isEqualTo(6);
            assertThat(second.function("bump").invoke()).isEqualTo(6);
            assertThat(memory.getInt(8)).isEqualTo(2);
        }
    }
}
