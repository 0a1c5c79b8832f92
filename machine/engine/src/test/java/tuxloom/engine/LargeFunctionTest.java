package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions beyond what a JVM method, its jumps, or a branch table of it can hold. */
class LargeFunctionTest {
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final FunctionType NOTHING = type(List.of(), List.of());

    private final WasmBuilder module = new WasmBuilder();

    @Test
    void tenThousandStoresInARowAllHappen() {
        int count = 10_000;
        module.memory(1, 1);
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < count; i++) {
            body.i32(i * 4).i32(i ^ 0x5a5a5a5a).op(0x36, 2, 0);
        }
        module.export("fill", NOTHING, List.of(), body.end());
        Instance instance = module.instantiate();

        instance.function("fill").invoke();

        for (int i = 0; i < count; i++) {
            assertThat(instance.memory("memory").getInt(i * 4L)).isEqualTo(i ^ 0x5a5a5a5a);
        }
    }

    /** A switch of which each case adds its own number, as interpreters have them. */
    private Function bigSwitch(int cases, int padding) {
        WasmBuilder.Bytes body = code();
        for (int i = 0; i <= cases; i++) {
            body.op(Opcode.BLOCK, 0x40);
        }
        body.get(0).op(Opcode.BR_TABLE).u(cases);
        for (int i = 0; i <= cases; i++) {
            body.u(i);
        }
        body.end();
        for (int i = 0; i < cases; i++) {
            for (int k = 0; k < padding; k++) {
                body.get(1).i32(k).op(Opcode.I32_ADD).set(1);
            }
            body.get(1).i32(i * 3).op(Opcode.I32_ADD, Opcode.RETURN).end();
        }
        body.i32(-1).end();
        module.export("switch", UNARY, List.of(I32), body);
        return module.instantiate().function("switch");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 800, 2_000, 4_000})
    void everyCaseOfALargeSwitchIsReached(int cases) {
        Function bigSwitch = bigSwitch(cases, 0);

        for (int i = 0; i < cases; i += Math.max(1, cases / 500)) {
            assertThat(bigSwitch.invoke(i)).isEqualTo(i * 3);
        }
        assertThat(bigSwitch.invoke(cases - 1)).isEqualTo(cases * 3 - 3);
        assertThat(bigSwitch.invoke(cases)).isEqualTo(-1);
        assertThat(bigSwitch.invoke(-5)).isEqualTo(-1);
    }

    /** Code of 32 to 64 KiB has jumps that are too far for two bytes; more than that is divided. */
    @ParameterizedTest
    @ValueSource(ints = {20, 30, 40, 60, 300})
    void jumpsAcrossManyKilobytesArrive(int kilobytes) {
        int padding = kilobytes * 1024 / 100 / 7;

        Function bigSwitch = bigSwitch(100, padding);

        int sum = padding * (padding - 1) / 2;
        for (int i = 0; i < 100; i++) {
            assertThat(bigSwitch.invoke(i)).isEqualTo(sum + i * 3);
        }
        assertThat(bigSwitch.invoke(100)).isEqualTo(-1);
    }

    @Test
    void loopAcrossPartsKeepsItsLocalsAndOperands() {
        WasmBuilder.Bytes body = code().i64(5).op(Opcode.LOOP, 0x40);
        for (int i = 0; i < 20_000; i++) {
            body.get(1).i64(i).op(Opcode.I64_ADD).set(1);
        }
        body.get(0).i32(1).op(Opcode.I32_SUB, 0x22).u(0).op(Opcode.BR_IF, 0).end();
        body.get(1).op(Opcode.I64_ADD).end();
        module.export("sum", type(List.of(I32), List.of(I64)), List.of(I64), body);

        Object sum = module.instantiate().function("sum").invoke(3);

        assertThat(sum).isEqualTo(5 + 3L * 20_000 * 19_999 / 2);
    }

    @Test
    void exceptionThrownInOnePartIsCaughtInAnother() {
        int tag = module.tag(type(List.of(I32), List.of()));
        WasmBuilder.Bytes body = code().i32(7).op(Opcode.TRY, I32.code);
        for (int i = 0; i < 20_000; i++) {
            body.get(1).i32(1).op(Opcode.I32_ADD).set(1);
        }
        body.get(0).op(Opcode.IF, 0x40).get(0).op(Opcode.THROW).u(tag).end();
        for (int i = 0; i < 20_000; i++) {
            body.get(1).i32(1).op(Opcode.I32_ADD).set(1);
        }
        body.i32(0).op(Opcode.CATCH).u(tag).end();
        body.op(Opcode.I32_ADD).get(1).op(Opcode.I32_ADD).end();
        module.export("run", UNARY, List.of(I32), body);
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(0)).isEqualTo(40_007);
        assertThat(run.invoke(100)).isEqualTo(20_107);
    }

    @Test
    void fiftyThousandLocalsWork() {
        List<ValueType> locals = Collections.nCopies(49_999, I64);
        module.export(
                "last",
                type(List.of(I64), List.of(I64)),
                locals,
                code().get(0).set(49_999).get(49_999).end());

        assertThat(module.instantiate().function("last").invoke(42L)).isEqualTo(42L);
    }

    @Test
    void moreLocalsAreRefused() {
        module.function(NOTHING, Collections.nCopies(50_001, I32), code().end());

        assertThatThrownBy(module::parse)
                .isInstanceOf(InvalidModuleException.class)
                .hasMessageContaining("too many locals: 50001");
    }

    @Test
    void trapInAPartNamesTheFunctionOnce() {
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < 20_000; i++) {
            body.get(0).i32(1).op(Opcode.I32_ADD).set(0);
        }
        module.export("large", UNARY, List.of(), body.op(Opcode.UNREACHABLE).end());
        Function large = module.instantiate().function("large");

        assertThatThrownBy(() -> large.invoke(1)).isInstanceOfSatisfying(Trap.class, trap -> {
            assertThat(trap.wasmStack()).hasSize(1);
            assertThat(trap.wasmStack().getFirst().function()).isEqualTo("large");
        });
    }
}
