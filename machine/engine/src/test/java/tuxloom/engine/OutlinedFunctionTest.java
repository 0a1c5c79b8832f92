package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions of which parts become methods of their own, because the JVM's compilers do not like them large. */
class OutlinedFunctionTest {
    /** Few enough for the dispatching loop to stay in one method. */
    private static final int CASES = 28;

    private static final int STEPS = 30;
    private static final int TRAPPING = 17;
    private static final int RETURNING = 23;
    private static final int F64_CONVERT_I32 = 0xb7;
    private static final int F64_ADD = 0xa0;

    // Locals: the counter, an i32, an i64 and an f64.
    private static final int COUNT = 0;
    private static final int X = 1;
    private static final int Y = 2;
    private static final int Z = 3;

    private final WasmBuilder module = new WasmBuilder();

    /** An interpreter's loop: each case changes three locals of different types and goes on with the loop. */
    private Function interpreter() {
        module.memory(1, 1);
        WasmBuilder.Bytes body = code().op(Opcode.LOOP, 0x40);
        for (int i = 0; i <= CASES; i++) {
            body.op(Opcode.BLOCK, 0x40);
        }
        body.get(COUNT).i32(1).op(Opcode.I32_SUB, Opcode.LOCAL_TEE).u(COUNT);
        body.op(Opcode.BR_TABLE).u(CASES);
        for (int i = 0; i <= CASES; i++) {
            body.u(i);
        }
        body.end();
        for (int i = 0; i < CASES; i++) {
            oneCase(body, i);
            body.op(Opcode.BR).u(CASES - i).end();
        }
        body.end();
        body.get(Y)
                .get(X)
                .op(0xac, Opcode.I64_ADD)
                .get(Z)
                .op(0xb0, Opcode.I64_ADD)
                .end();
        module.export("run", type(List.of(I32), List.of(I64)), List.of(I32, I64, ValueType.F64), body);
        return module.instantiate().function("run");
    }

    private static void oneCase(WasmBuilder.Bytes body, int number) {
        for (int step = 0; step < STEPS; step++) {
            body.get(X)
                    .i32(31)
                    .op(Opcode.I32_MUL)
                    .i32(number + step)
                    .op(Opcode.I32_ADD)
                    .set(X);
            body.get(Y).get(X).op(0xac, Opcode.I64_ADD).set(Y);
        }
        body.get(Z).i32(number).op(F64_CONVERT_I32, F64_ADD).set(Z);
        if (number == TRAPPING) {
            body.get(X)
                    .i32(0x12345)
                    .op(0x46, Opcode.IF, 0x40)
                    .i32(-1)
                    .op(Opcode.I32_LOAD, 2, 0, Opcode.DROP)
                    .end();
        }
        if (number == RETURNING) {
            body.get(Y)
                    .i64(0)
                    .op(0x53, Opcode.IF, 0x40)
                    .i64(-77)
                    .op(Opcode.RETURN)
                    .end();
        }
    }

    private static long expected(int count) {
        int x = 0;
        long y = 0;
        double z = 0;
        for (int n = count - 1; n >= 0 && n < CASES; n--) {
            for (int step = 0; step < STEPS; step++) {
                x = x * 31 + n + step;
                y += x;
            }
            z += n;
            if (n == RETURNING && y < 0) {
                return -77;
            }
        }
        return y + x + (long) z;
    }

    @Test
    void localsOfAllTypesComeBackFromTheCasesOfAnInterpreter() {
        Function run = interpreter();

        for (int count = 0; count <= CASES; count++) {
            assertThat(run.invoke(count)).isEqualTo(expected(count));
        }
    }

    @Test
    void frameOfAPartIsShownOnceInATrapsStack() {
        module.memory(1, 1);
        WasmBuilder.Bytes body = code().op(Opcode.BLOCK, 0x40);
        for (int i = 0; i < 3_000; i++) {
            body.get(1).i32(i).op(Opcode.I32_ADD).set(1);
        }
        body.end().i32(-1).op(Opcode.I32_LOAD, 2, 0).set(1).get(1).end();
        module.export("run", type(List.of(I32), List.of(I32)), List.of(I32), body);
        Function run = module.instantiate().function("run");

        Trap trap = catchThrowableOfType(Trap.class, () -> run.invoke(0));

        assertThat(trap.kind()).isEqualTo(Trap.Kind.OUT_OF_BOUNDS_MEMORY);
        assertThat(trap.wasmStack()).hasSize(1);
    }

    @Test
    void functionWithATryIsNotDivided() {
        WasmBuilder.Bytes body =
                code().op(Opcode.TRY, 0x40).op(Opcode.CATCH_ALL).end();
        for (int i = 0; i < 2_000; i++) {
            body.get(1).i32(i).op(Opcode.I32_ADD).set(1);
        }
        body.get(0).op(Opcode.IF, I32.code).get(1).op(Opcode.ELSE).i32(5).end().end();
        module.export("run", type(List.of(I32), List.of(I32)), List.of(I32), body);
        Function run = module.instantiate().function("run");

        assertThat(run.invoke(1)).isEqualTo(2_000 * 1_999 / 2);
        assertThat(run.invoke(0)).isEqualTo(5);
    }
}
