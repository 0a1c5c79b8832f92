package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Interpreters whose cases compute the same expressions: each case gets locals of its own, with the same values. */
final class CaseLocalsTest {
    private static final int COUNT = 0;
    private static final int X = 1;
    private static final int Y = 2;
    private static final int W = 3;

    /** The case that a second index leads to. */
    private static final int TWICE = 3;

    private final WasmBuilder module = new WasmBuilder();

    /** A loop around a switch, where odd cases fall through to the next; {@code defaults} indexes of the table lead to its default. */
    private WasmBuilder interpreter(int cases, int constants, int defaults) {
        WasmBuilder.Bytes body = code().op(Opcode.LOOP, 0x40);
        for (int i = 0; i < cases + 2; i++) {
            body.op(Opcode.BLOCK, 0x40);
        }
        body.get(COUNT).i32(cases + 2 + defaults).op(0x70, Opcode.BR_TABLE).u(cases + 1 + defaults);
        for (int i = 0; i < cases; i++) {
            body.u(i);
        }
        body.u(TWICE);
        for (int i = 0; i <= defaults; i++) {
            body.u(cases);
        }
        body.end();
        for (int i = 0; i < cases; i++) {
            body.get(X).i32(i % constants + 1).op(Opcode.I32_MUL);
            body.get(Y).op(Opcode.I32_ADD).set(X);
            body.get(Y).get(X).op(0x73).i32(i).op(Opcode.I32_ADD).set(Y);
            body.get(W).get(X).op(0xac, Opcode.I64_ADD).set(W);
            if (i % 2 == 0) {
                body.op(Opcode.BR).u(cases - i);
            }
            body.end();
        }
        body.get(X).i32(7).op(Opcode.I32_ADD).set(X).end();
        body.get(COUNT).i32(1).op(Opcode.I32_SUB, Opcode.LOCAL_TEE).u(COUNT);
        body.op(Opcode.BR_IF, 0).end();
        body.get(W)
                .get(X)
                .op(0xac, Opcode.I64_ADD)
                .get(Y)
                .op(0xac, Opcode.I64_SUB)
                .end();
        module.export("run", type(List.of(I32), List.of(I64)), List.of(I32, I32, I64), body);
        return module;
    }

    private static long expected(int rounds, int cases, int constants, int defaults) {
        int x = 0;
        int y = 0;
        long w = 0;
        for (int count = rounds; count != 0; count--) {
            int index = Integer.remainderUnsigned(count, cases + 2 + defaults);
            boolean on = true;
            for (int i = index == cases ? TWICE : index; on && i < cases; i++) {
                x = x * (i % constants + 1) + y;
                y = (y ^ x) + i;
                w += x;
                on = i % 2 != 0;
            }
            if (on) {
                x += 7;
            }
        }
        return w + x - y;
    }

    private static @Nullable CaseLocals locals(WasmBuilder built) {
        ModuleData data = built.parse().data();
        var names = new ModuleCode(data, new NameSection(data), "test/", new int[0], ModuleCode.GROUP);
        var translator = new FunctionTranslator(data, names);
        return CaseLocals.of(translator.scan(0));
    }

    private void compute(int cases, int defaults) {
        Function run = interpreter(cases, 40, defaults).instantiate().function("run");

        assertThat(locals(module)).isNotNull();
        for (int count : new int[] {1, 2, cases, cases + 1, cases + 2, cases + 3, 100_000}) {
            assertThat(run.invoke(count)).isEqualTo(expected(count, cases, 40, defaults));
        }
    }

    @Test
    void casesOfASmallFunctionComputeTheSame() {
        compute(90, 1);
    }

    @Test
    void casesOfADividedFunctionComputeTheSame() {
        compute(250, 1);
    }

    @Test
    void casesOfATableThatIsLookedUpComputeTheSame() {
        compute(250, 900);
    }

    @Test
    void casesThatShareLittleAreLeftAlone() {
        assertThat(locals(interpreter(90, 10, 1))).isNull();
    }

    @Test
    void aSwitchOfFewCasesIsLeftAlone() {
        assertThat(locals(interpreter(50, 20, 1))).isNull();
    }
}
