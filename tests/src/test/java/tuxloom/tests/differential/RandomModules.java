package tuxloom.tests.differential;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.List;
import java.util.Map;
import tuxloom.engine.Function;
import tuxloom.engine.FunctionType;
import tuxloom.engine.Trap;
import tuxloom.engine.ValueType;

/** Random valid modules, and what becomes of them on the engine and on Chicory's interpreter. */
public final class RandomModules {
    private static final int SMALL_FUNCTION = 60;
    private static final int CALLS_PER_FUNCTION = 6;
    private static final long FUEL = 1000;

    private static final List<Outcome> OUTSIDE = List.of(
            new Outcome.Trapped(Trap.Kind.OUT_OF_BOUNDS_MEMORY.text()),
            new Outcome.Trapped(Trap.Kind.UNALIGNED_ATOMIC.text()));

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

    private RandomModules() {}

    /** Returns the module of a seed, whose functions have roughly that many expressions. */
    public static byte[] encode(long seed, int functionSize) {
        return new RandomModule(new Randomness(seed), functionSize).encode();
    }

    /** Returns how the module that bytes choose behaves differently on the two engines, or an empty text. */
    public static String compare(byte[] choices) {
        try {
            return compare(new RandomModule(Randomness.of(choices), SMALL_FUNCTION), new Randomness(choices.length));
        } catch (Subject.Unsupported e) {
            return "";
        }
    }

    /** What is different, or an empty text. */
    static String compare(long seed, int functionSize) {
        return compare(new RandomModule(new Randomness(seed), functionSize), new Randomness(~seed));
    }

    private static String compare(RandomModule module, Randomness arguments) {
        byte[] wasm = module.encode();
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
