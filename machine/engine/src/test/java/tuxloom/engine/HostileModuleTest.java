package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Modules made to exhaust the host: each is refused, or ends in a trap, and soon. */
@Timeout(60)
class HostileModuleTest {
    private static final FunctionType NOTHING = type(List.of(), List.of());
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));

    private final WasmBuilder module = new WasmBuilder();

    private void assertRefused(String reason) {
        assertThatThrownBy(module::parse)
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void callsThatPileUpHundredsOfMillionsOfOperandsAreRefused() {
        int many = module.function(
                type(List.of(), Collections.nCopies(250, I32)),
                List.of(),
                code().op(Opcode.UNREACHABLE).end());
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < 1_000_000; i++) {
            body.call(many);
        }
        module.export("run", NOTHING, List.of(), body.op(Opcode.UNREACHABLE).end());

        assertRefused("operands");
    }

    @Test
    void manyLargeTablesAreRefused() {
        for (int i = 0; i < 100; i++) {
            module.table(10_000_000);
        }

        assertRefused("elements together");
    }

    @Test
    void tablesOfAnInstanceDoNotGrowBeyondTheirQuota() {
        for (int i = 0; i < 4; i++) {
            module.table(1_000_000);
        }
        module.export(
                "grow",
                UNARY,
                List.of(),
                code().op(Opcode.REF_NULL, ValueType.FUNCREF.code)
                        .get(0)
                        .op(Opcode.PREFIX_MISC, 15, 1)
                        .op(Opcode.REF_NULL, ValueType.FUNCREF.code)
                        .get(0)
                        .op(Opcode.PREFIX_MISC, 15, 2, Opcode.I32_ADD)
                        .end());
        Function grow = module.instantiate().function("grow");

        assertThat(grow.invoke(4_000_000)).isEqualTo(999_999);
        assertThat(grow.invoke(2_000_001)).isEqualTo(-2);
    }

    @Test
    void importsBeyondWhatAClassCanReferToAreRefused() {
        for (int i = 0; i < 6_000; i++) {
            module.importFunction("host", "f" + i, NOTHING);
        }

        assertRefused("imported functions");
    }

    @Test
    void asManyImportsAsAllowedMakeAModule() {
        Imports.Builder imports = Imports.builder();
        int count = 5_400;
        for (int i = 0; i < count; i++) {
            module.importFunction("host", "f" + i, UNARY);
            int number = i;
            imports.add("host", "f" + i, Function.of(UNARY, arguments -> new Object[] {number}));
        }
        module.export("run", UNARY, List.of(), code().get(0).call(count - 1).end());
        Instance instance = Instance.instantiate(module.parse(), imports.build());

        assertThat(instance.function("run").invoke(0)).isEqualTo(count - 1);
    }

    @Test
    void moreTypesThanAnybodyNeedsAreRefused() {
        WasmBuilder.Bytes types = code().u(200_000);
        for (int i = 0; i < 200_000; i++) {
            types.op(0x60, 0, 0);
        }
        byte[] section = types.toArray();
        byte[] wasm = code().op(0, 'a', 's', 'm', 1, 0, 0, 0, 1)
                .u(section.length)
                .raw(section)
                .toArray();

        assertThatThrownBy(() -> Module.parse(wasm)).hasMessageContaining("limit of 100000");
    }

    @Test
    void delegatesInDeepNestsAreCompiledInTime() {
        int depth = 50_000;
        int count = 100_000;
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < depth; i++) {
            body.op(Opcode.BLOCK, 0x40);
        }
        for (int i = 0; i < count; i++) {
            body.op(Opcode.TRY, 0x40, Opcode.DELEGATE).u(depth - 1);
        }
        for (int i = 0; i < depth; i++) {
            body.end();
        }
        module.export("run", NOTHING, List.of(), body.end());

        assertThat(module.instantiate().function("run").invoke()).isNull();
    }

    @Test
    void manyHandlersOfOneInstructionDoNotOverflowTheExceptionTable() {
        int count = 70_000;
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < count; i++) {
            body.op(Opcode.TRY, 0x40);
        }
        body.op(Opcode.UNREACHABLE);
        for (int i = 0; i < count; i++) {
            body.op(Opcode.DELEGATE).u(count - 1 - i);
        }
        module.export("run", NOTHING, List.of(), body.end());
        Function run = module.instantiate().function("run");

        assertThatThrownBy(run::invoke).isInstanceOf(Trap.class);
    }

    @Test
    void blocksThatEndTogetherAboveManyOperandsAreCompiledInTime() {
        int operands = 30_000;
        int depth = 4_000;
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < operands; i++) {
            body.get(0);
        }
        for (int i = 0; i < depth; i++) {
            body.op(Opcode.BLOCK, 0x40).get(0).op(Opcode.BR_IF, 0);
        }
        for (int i = 0; i < depth; i++) {
            body.end();
        }
        for (int i = 1; i < operands; i++) {
            body.op(Opcode.I32_ADD);
        }
        module.export("run", UNARY, List.of(), body.end());

        assertThat(module.instantiate().function("run").invoke(2)).isEqualTo(2 * operands);
    }

    @Test
    void endlessRecursionWithManyLocalsFillsNoHeap() {
        module.export(
                "run",
                NOTHING,
                Collections.nCopies(40_000, ValueType.I64),
                code().call(0).end());
        Function run = module.instantiate().function("run");

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(run::invoke)
                    .isInstanceOfSatisfying(
                            Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.CALL_STACK_EXHAUSTED));
        }
    }

    @Test
    void aFunctionWithManyLocalsCanBeCalledForEver() {
        module.export(
                "run",
                UNARY,
                Collections.nCopies(40_000, I32),
                code().get(0).set(30_000).get(30_000).end());
        Function run = module.instantiate().function("run");

        for (int i = 0; i < 2_000; i++) {
            assertThat(run.invoke(i)).isEqualTo(i);
        }
    }

    @Test
    void codeThatGrowsAThousandfoldIsCutOff() {
        FunctionType many = type(Collections.nCopies(250, I32), Collections.nCopies(250, I32));
        int typeIndex = module.type(many);
        module.table(1);
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < 250; i++) {
            body.get(0);
        }
        for (int i = 0; i < 60_000; i++) {
            body.i32(0).op(Opcode.CALL_INDIRECT).u(typeIndex).u(0);
        }
        for (int i = 1; i < 250; i++) {
            body.op(Opcode.DROP);
        }
        module.export("run", UNARY, List.of(), body.end());
        Function run = module.instantiate().function("run");

        assertThatThrownBy(() -> run.invoke(1)).isInstanceOf(Trap.class).hasMessageContaining("too large");
    }

    @Test
    void manyFunctionsThatGrowAHundredfoldAreCutOffTogether() {
        FunctionType many = type(Collections.nCopies(250, I32), Collections.nCopies(250, I32));
        int typeIndex = module.type(many);
        WasmBuilder.Bytes same = code();
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < 250; i++) {
            same.get(i);
            body.get(0);
        }
        module.table(1).element(0, module.function(many, List.of(), same.end()));
        for (int i = 0; i < 2_000; i++) {
            body.i32(0).op(Opcode.CALL_INDIRECT).u(typeIndex).u(0);
        }
        for (int i = 1; i < 250; i++) {
            body.op(Opcode.DROP);
        }
        body.end();
        int count = 20;
        for (int i = 0; i < count; i++) {
            module.export("f" + i, UNARY, List.of(), body);
        }
        Instance instance = module.instantiate();

        assertThat(instance.function("f0").invoke(3)).isEqualTo(3);
        assertThatThrownBy(() -> {
                    for (int i = 1; i < count; i++) {
                        instance.function("f" + i).invoke(3);
                    }
                })
                .isInstanceOf(Trap.class)
                .hasMessageContaining("too large");
    }

    @Test
    void parametersBeyondWhatAMethodCanTakeAreRefused() {
        module.function(type(Collections.nCopies(126, ValueType.I64), List.of()), List.of(), code().end());

        assertRefused("exceeds the limit of 250");
    }

    @Test
    void aBranchTableOfTooManyTargetsTrapsWithAMessage() {
        int cases = 30_000;
        WasmBuilder.Bytes body = code();
        for (int i = 0; i <= cases; i++) {
            body.op(Opcode.BLOCK, 0x40);
        }
        body.get(0).op(Opcode.BR_TABLE).u(cases);
        for (int i = 0; i <= cases; i++) {
            body.u(i);
        }
        for (int i = 0; i <= cases; i++) {
            body.end().i32(1).op(Opcode.DROP);
        }
        module.export("run", UNARY, List.of(), body.i32(1).end());
        Function run = module.instantiate().function("run");

        assertThatThrownBy(() -> run.invoke(1)).isInstanceOf(Trap.class).hasMessageContaining("too large");
    }
}
