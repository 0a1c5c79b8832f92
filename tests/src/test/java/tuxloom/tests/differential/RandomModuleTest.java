package tuxloom.tests.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random valid modules behave alike on the engine and on Chicory's interpreter. The system properties
 * {@code tuxloom.random.first} and {@code tuxloom.random.count} choose other seeds.
 */
final class RandomModuleTest {
    private static final int LARGE_FUNCTION = 12_000;
    private static final int NOTABLE_FAILURES = 5;

    /** Seeds of small modules on which another engine (V8) agrees with ours. */
    private static final Set<Long> ORACLE_IS_WRONG = Set.of(389L);

    private static final long LARGE_STACK_BYTES = 1L << 30;

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
                difference = RandomModules.compare(seed, functionSize);
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
}
