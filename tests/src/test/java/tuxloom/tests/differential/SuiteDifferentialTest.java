package tuxloom.tests.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.engine.Extern;
import tuxloom.engine.InvalidModuleException;
import tuxloom.engine.LinkException;
import tuxloom.engine.Trap;
import tuxloom.tests.spec.Command;
import tuxloom.tests.spec.Script;
import tuxloom.tests.spec.Spectest;
import tuxloom.tests.spec.Suite;

/** The calls of the official suite do on the engine what they do on the oracle, to the last byte of memory. */
@Tag("spec")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SuiteDifferentialTest {
    /** A module in both engines. */
    private record Pair(TuxloomSubject ours, ChicorySubject oracle, Spectest spectest) {
        void close() {
            ours.close();
            spectest.close();
        }
    }

    private List<Script> scripts = List.of();
    private int comparedCalls;
    private int comparedModules;

    @BeforeAll
    void convert(@TempDir Path folder) throws IOException {
        scripts = Suite.convertForTest(folder);
    }

    @AfterAll
    void printTotals() {
        System.out.printf("compared with the oracle: %d modules, %d calls%n", comparedModules, comparedCalls);
    }

    @TestFactory
    Stream<DynamicTest> everyCallOfTheSuiteDoesTheSameOnTheOracle() {
        return scripts.stream()
                .filter(script -> !script.name().startsWith("simd_"))
                .map(script -> DynamicTest.dynamicTest(
                        script.path(), () -> assertThat(differences(script)).isEmpty()));
    }

    private List<String> differences(Script script) throws IOException {
        List<String> differences = new ArrayList<>();
        Pair pair = null;
        for (Command command : script.commands()) {
            String difference = "";
            if (command.type().equals("module")) {
                difference = close(pair);
                pair = instantiate(script.module(command.requiredFilename()));
            } else if (pair != null
                    && List.of("action", "assert_return", "assert_trap").contains(command.type())) {
                try {
                    difference = compare(pair, command.requiredAction());
                } catch (Subject.Unsupported e) {
                    // The oracle gave up within a call, so its state means nothing any more.
                    pair.close();
                    pair = null;
                }
            }
            if (!difference.isEmpty()) {
                differences.add("line " + command.line() + ": " + difference);
            }
        }
        String difference = close(pair);
        if (!difference.isEmpty()) {
            differences.add("at the end: " + difference);
        }
        return differences;
    }

    /** Null when the module needs other modules, or one of the engines does not take it. */
    private @Nullable Pair instantiate(byte[] wasm) throws IOException {
        Spectest spectest = new Spectest();
        try {
            Map<String, Extern> externs = new HashMap<>();
            spectest.externs().forEach((name, extern) -> externs.put("spectest." + name, extern));
            TuxloomSubject ours = new TuxloomSubject(wasm, externs);
            Pair pair = new Pair(ours, new ChicorySubject(wasm, OracleSpectest.imports()), spectest);
            comparedModules++;
            return pair;
        } catch (Subject.Unsupported | InvalidModuleException | LinkException | Trap e) {
            spectest.close();
            return null;
        }
    }

    private static String close(@Nullable Pair pair) {
        if (pair == null) {
            return "";
        }
        String ours = pair.ours().state();
        String oracle = pair.oracle().state();
        pair.close();
        return ours.equals(oracle) ? "" : "state " + ours + ", oracle: " + oracle;
    }

    private String compare(Pair pair, Command.Action action) {
        Optional<Signature> signature = pair.ours().signature(action.field());
        if (action.module() != null || !action.type().equals("invoke") || signature.isEmpty()) {
            return "";
        }
        List<Long> arguments = new ArrayList<>();
        for (Command.Value value : action.args() == null ? List.<Command.Value>of() : action.args()) {
            JsonNode bits = value.value();
            arguments.add(bits == null ? 0 : Long.parseUnsignedLong(bits.asText()));
        }
        Outcome oracle = pair.oracle().invoke(action.field(), signature.get(), arguments);
        Outcome ours = pair.ours().invoke(action.field(), signature.get(), arguments);
        comparedCalls++;
        return ours.equals(oracle) ? "" : action.field() + arguments + ": " + ours + ", oracle: " + oracle;
    }
}
