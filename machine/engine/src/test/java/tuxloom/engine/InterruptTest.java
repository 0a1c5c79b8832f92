package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that runs for long looks up from its work. */
@Timeout(60)
class InterruptTest {
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final FunctionType NOTHING = type(List.of(), List.of());

    private final WasmBuilder module = new WasmBuilder();
    private final List<String> events = new ArrayList<>();

    static final class Stop extends Unwind {
        private static final long serialVersionUID = 1L;

        Stop() {
            super("stop");
        }
    }

    private static void stop() {
        throw new Stop();
    }

    /** Adds {@code spin}, which loops until {@code release} is called. */
    private void addSpin() {
        int released = module.global(I32, code().i32(0));
        module.export(
                "spin",
                NOTHING,
                List.of(),
                code().op(Opcode.LOOP, 0x40, Opcode.GLOBAL_GET, released, Opcode.I32_EQZ, Opcode.BR_IF, 0)
                        .end()
                        .end());
        module.export(
                "release",
                NOTHING,
                List.of(),
                code().i32(1).op(Opcode.GLOBAL_SET, released).end());
    }

    /** A body that calls function {@code callee} twice with one less, until nothing is left: 2^n calls without a loop. */
    private static WasmBuilder.Bytes twice(WasmBuilder.Bytes call) {
        byte[] again = call.toArray();
        return code().get(0)
                .op(Opcode.IF, 0x40)
                .raw(code().get(0).i32(1).op(Opcode.I32_SUB).toArray())
                .raw(again)
                .raw(code().get(0).i32(1).op(Opcode.I32_SUB).toArray())
                .raw(again)
                .op(Opcode.DROP, Opcode.DROP)
                .end()
                .get(0)
                .end();
    }

    private static Instance interruptible(WasmBuilder module) {
        return Instance.instantiate(
                Module.parseInterruptible(module.toBytes()), Imports.builder().build());
    }

    @Test
    void loopGoesOnAfterTheHandlerWhichMayCallItsInstance() {
        addSpin();
        Instance instance = module.instantiate();
        instance.onAttention(() -> {
            events.add("attended");
            instance.function("release").invoke();
        });
        instance.requestAttention();
        instance.requestAttention();

        instance.function("spin").invoke();

        assertThat(events).containsExactly("attended");
    }

    @Test
    void requestThatComesInTheHandlerIsServedAfterIt() {
        addSpin();
        Instance instance = module.instantiate();
        instance.onAttention(() -> {
            events.add("attended");
            if (events.size() == 1) {
                instance.requestAttention();
            } else {
                instance.function("release").invoke();
            }
        });
        instance.requestAttention();

        instance.function("spin").invoke();

        assertThat(events).hasSize(2);
    }

    @Test
    void recursionWithoutLoopsIsInterrupted() {
        module.export("twice", UNARY, List.of(), twice(code().call(0)));
        Instance instance = interruptible(module);
        instance.onAttention(InterruptTest::stop);
        instance.requestAttention();

        assertThatThrownBy(() -> instance.function("twice").invoke(60)).isInstanceOf(Stop.class);
    }

    @Test
    void recursionOfTwoFunctionsIsInterrupted() {
        module.export("first", UNARY, List.of(), twice(code().call(1)));
        module.export("second", UNARY, List.of(), twice(code().call(0)));
        Instance instance = interruptible(module);
        instance.onAttention(InterruptTest::stop);
        instance.requestAttention();

        assertThatThrownBy(() -> instance.function("second").invoke(60)).isInstanceOf(Stop.class);
    }

    @Test
    void recursionThroughATableIsInterrupted() {
        int unary = module.type(UNARY);
        module.table(1);
        module.export(
                "twice",
                UNARY,
                List.of(),
                twice(code().i32(0).op(Opcode.CALL_INDIRECT).u(unary).u(0)));
        module.element(0, 0);
        Instance instance = interruptible(module);
        instance.onAttention(InterruptTest::stop);
        instance.requestAttention();

        assertThatThrownBy(() -> instance.function("twice").invoke(60)).isInstanceOf(Stop.class);
    }

    @Test
    void callsOfOtherModulesAreNotPolled() {
        module.export("twice", UNARY, List.of(), twice(code().call(0)));
        Instance instance = module.instantiate();
        instance.onAttention(InterruptTest::stop);
        instance.requestAttention();

        assertThat(instance.function("twice").invoke(3)).isEqualTo(3);
    }

    @Test
    void whoeverIsStoppedAttendsToNothing() {
        addSpin();
        Instance instance = module.instantiate();
        instance.onAttention(() -> events.add("attended"));
        instance.requestAttention();
        instance.interrupt(InterruptTest::stop);

        assertThatThrownBy(() -> instance.function("spin").invoke()).isInstanceOf(Stop.class);
        assertThat(events).isEmpty();
    }
}
