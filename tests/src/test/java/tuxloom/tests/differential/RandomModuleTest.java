package tuxloom.tests.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tuxloom.engine.Function;
import tuxloom.engine.FunctionType;
import tuxloom.engine.Trap;
import tuxloom.engine.ValueType;

/**
 * Random valid modules behave alike on the engine and on Chicory's interpreter. The system properties
 * {@code tuxloom.random.first} and {@code tuxloom.random.count} choose other seeds.
 */
final class RandomModuleTest {
    private static final int CALLS_PER_FUNCTION = 6;
    private static final long FUEL = 1000;
    private static final int LARGE_FUNCTION = 12_000;
    private static final int NOTABLE_FAILURES = 5;

    /** Seeds of small modules on which another engine (V8) agrees with ours. */
    private static final Set<Long> ORACLE_IS_WRONG = Set.of(664L, 1510L, 1566L);

    private static final List<Outcome> OUTSIDE = List.of(
            new Outcome.Trapped(Trap.Kind.OUT_OF_BOUNDS_MEMORY.text()),
            new Outcome.Trapped(Trap.Kind.UNALIGNED_ATOMIC.text()));

    private static final long LARGE_STACK_BYTES = 1L << 30;

    /** What both hosts' {@code host.mix} does: a number from all its arguments, remembered. */
    private static final class Mixer {
        private int state = 17;

        int mix(int a, long b, float c, double d) {
            int floats =
                    (Float.isNaN(c) ? 1 : Float.floatToIntBits(c)) * 31 + Double.hashCode(Double.isNaN(d) ? 1.0 : d);
            state = state * 31 + a * 7 + Long.hashCode(b) * 5 + floats;
            return state;
        }
    }

    @Test
    @Timeout(300)
    void randomModulesBehaveLikeOnTheOracle() throws Exception {
        onLargeStack(() -> compareAll(Long.getLong("tuxloom.random.count", 150), FunctionGenerator.SMALL_FUNCTION));
    }

    /** Functions that no single JVM method can hold. */
    @Test
    @Timeout(300)
    void modulesWithLargeFunctionsBehaveLikeOnTheOracle() throws Exception {
        onLargeStack(() -> compareAll(Long.getLong("tuxloom.random.large", 3), LARGE_FUNCTION));
    }

    /**
     * The fuel of a module bounds its recursion. The interpreter takes many Java frames for each of the guest's: on a test's own
     * thread, whose stack may be small, it would run out of stack before the module runs out of fuel.
     */
    private static void onLargeStack(Runnable body) throws Exception {
        FutureTask<Void> task = new FutureTask<>(body, null);
        Thread.ofPlatform().name("differential").stackSize(LARGE_STACK_BYTES).start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static void compareAll(long count, int functionSize) {
        long first = Long.getLong("tuxloom.random.first", 1);
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (long seed = first; seed < first + count; seed++) {
            if (ORACLE_IS_WRONG.contains(seed)) {
                continue;
            }
            String difference;
            try {
                difference = compare(seed, functionSize);
                compared++;
            } catch (Subject.Unsupported e) {
                continue;
            } catch (RuntimeException | LinkageError e) {
                difference = "threw " + e + " at " + List.of(e.getStackTrace()).subList(0, 6);
            }
            if (!difference.isEmpty()) {
                differences.add("seed " + seed + ": " + difference);
            }
            if (differences.size() == NOTABLE_FAILURES) {
                break;
            }
        }
        assertThat(differences).as("modules that behave differently").isEmpty();
        assertThat(compared).as("modules that the oracle could run").isGreaterThan((int) count / 2);
    }

    /** What is different, or an empty text. */
    private static String compare(long seed, int functionSize) {
        RandomModule module = new RandomModule(seed, functionSize);
        byte[] wasm = module.encode();
        Randomness arguments = new Randomness(~seed);
        try (Subject ours = new TuxloomSubject(wasm, Map.of("host.mix", ourMix(new Mixer())));
                Subject oracle = new ChicorySubject(wasm, oracleMix(new Mixer()))) {
            for (int call = 0; call < CALLS_PER_FUNCTION; call++) {
                for (int i = 0; i < module.exportedFunctions(); i++) {
                    Signature signature = module.signature(i);
                    List<Long> bits =
                            signature.parameters().stream().map(arguments::bits).toList();
                    ours.invoke("refuel", RandomModule.REFUEL, List.of(FUEL));
                    oracle.invoke("refuel", RandomModule.REFUEL, List.of(FUEL));
                    Outcome expected = oracle.invoke("f" + i, signature, bits);
                    Outcome actual = ours.invoke("f" + i, signature, bits);
                    if (!alike(actual, expected)) {
                        return "call " + call + " of f" + i + bits + ": " + actual + ", oracle: " + expected;
                    }
                }
            }
            return ours.state().equals(oracle.state()) ? "" : "state " + ours.state() + ", oracle: " + oracle.state();
        }
    }

    /** An access that is both unaligned and outside may trap for either reason. */
    private static boolean alike(Outcome actual, Outcome expected) {
        return actual.equals(expected) || (OUTSIDE.contains(actual) && OUTSIDE.contains(expected));
    }

    private static Function ourMix(Mixer mixer) {
        FunctionType type = new FunctionType(
                List.of(ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64), List.of(ValueType.I32));
        return Function.of(type, a ->
                new Object[] {mixer.mix((Integer) a[0], (Long) a[1], (Float) a[2], (Double) a[3])});
    }

    private static ImportValues oracleMix(Mixer mixer) {
        HostFunction mix = new HostFunction(
                "host",
                "mix",
                com.dylibso.chicory.wasm.types.FunctionType.of(
                        List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64), List.of(ValType.I32)),
                (instance, a) -> new long[] {
                    mixer.mix((int) a[0], a[1], Float.intBitsToFloat((int) a[2]), Double.longBitsToDouble(a[3]))
                });
        return ImportValues.builder().addFunction(mix).build();
    }
}
