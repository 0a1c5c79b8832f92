package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a guest takes of the host beside its memories counts in its machine's budget, and comes back. */
@Timeout(60)
class HostBudgetTest {
    private static final FunctionType NOTHING = type(List.of(), List.of());
    private static final FunctionType UNARY = type(List.of(I32), List.of(I32));
    private static final long PLENTY = 1L << 40;

    private final WasmBuilder module = new WasmBuilder();

    private Instance instantiate(HostBudget budget) {
        return Instance.instantiate(
                Module.adoptInterruptible(module.toBytes(), budget),
                Imports.builder().build());
    }

    @Test
    void tablesBeyondTheBudgetAreNotMade() {
        module.table(100_001);
        module.table(100_001);
        HostBudget budget = new HostBudget(1_000_000, PLENTY);

        assertThatThrownBy(() -> instantiate(budget))
                .isInstanceOf(LinkException.class)
                .hasMessageContaining("host's heap");
    }

    @Test
    void tablesDoNotGrowBeyondTheBudget() {
        module.table(10);
        module.export(
                "grow",
                UNARY,
                List.of(),
                code().op(Opcode.REF_NULL, ValueType.FUNCREF.code)
                        .get(0)
                        .op(Opcode.PREFIX_MISC, 15, 0)
                        .end());
        Function grow = instantiate(new HostBudget(1_000_000, PLENTY)).function("grow");

        assertThat(grow.invoke(200_000)).isEqualTo(-1);
        assertThat(grow.invoke(100_000)).isEqualTo(10);
        assertThat(grow.invoke(100_000)).isEqualTo(-1);
    }

    @Test
    void tablesOfInstancesThatNobodyUsesAnyMoreAreGivenBack() {
        module.table(100_001);
        HostBudget budget = new HostBudget(1_000_000, PLENTY);

        for (int i = 0; i < 3; i++) {
            assertThat(instantiate(budget)).isNotNull();
            // The collector is asked at most once in a second; a test need not wait for that.
            System.gc();
        }
        assertThat(budget.heapBytes()).isPositive();
    }

    @Test
    void recursionWithManyLocalsEndsWithinTheBudget() {
        module.export(
                "run", NOTHING, Collections.nCopies(40_000, I64), code().call(0).end());
        HostBudget budget = new HostBudget(2_000_000, PLENTY);
        Function run = instantiate(budget).function("run");

        assertThatThrownBy(run::invoke)
                .isInstanceOfSatisfying(
                        Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.CALL_STACK_EXHAUSTED));
        assertThat(budget.heapBytes()).isLessThanOrEqualTo(2_000_000);
    }

    @Test
    void codeBeyondTheBudgetTrapsAndIsCompiledWhenThereIsRoomAgain() {
        WasmBuilder.Bytes body = code();
        for (int i = 0; i < 20_000; i++) {
            body.get(0).i32(i).op(Opcode.I32_ADD).set(0);
        }
        module.export("run", UNARY, List.of(), body.get(0).end());
        HostBudget budget = new HostBudget(PLENTY, 400_000);
        List<Instance> instances = new ArrayList<>();
        Instance first = instantiate(budget);
        assertThat(first.function("run").invoke(0)).isEqualTo(20_000 * 19_999 / 2);
        instances.add(first);

        assertThatThrownBy(() -> {
                    while (instances.size() < 10) {
                        Instance next = instantiate(budget);
                        instances.add(next);
                        next.function("run").invoke(0);
                    }
                })
                .isInstanceOf(Trap.class)
                .hasMessageContaining("too much code");
        Instance last = instances.getLast();
        HostBudget.Lease rest = budget.codeFor(this);
        assertThat(rest.resize(400_000)).isFalse();

        instances.clear();
        instances.add(last);
        first = last;
        System.gc();
        assertThat(first.function("run").invoke(0)).isEqualTo(20_000 * 19_999 / 2);
    }

    @Test
    void machinesDoNotShareTheirBudgets() {
        module.table(100_001);
        HostBudget one = new HostBudget(1_000_000, PLENTY);
        Instance greedy = instantiate(one);
        assertThatThrownBy(() -> instantiate(one)).isInstanceOf(LinkException.class);

        assertThat(instantiate(new HostBudget(1_000_000, PLENTY))).isNotEqualTo(greedy);
    }
}
