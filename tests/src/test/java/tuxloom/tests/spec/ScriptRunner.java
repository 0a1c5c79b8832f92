package tuxloom.tests.spec;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.Extern;
import tuxloom.engine.Function;
import tuxloom.engine.Global;
import tuxloom.engine.Import;
import tuxloom.engine.Imports;
import tuxloom.engine.Instance;
import tuxloom.engine.InvalidModuleException;
import tuxloom.engine.LinkException;
import tuxloom.engine.Module;
import tuxloom.engine.Trap;
import tuxloom.engine.WasmException;

/** Executes the commands of one script against the engine. Belongs to one thread. */
final class ScriptRunner implements AutoCloseable {
    /** How a command ended: passed when {@code failure} is null, and not tried at all when skipped. */
    record Outcome(boolean skipped, @Nullable String failure) {
        static final Outcome PASSED = new Outcome(false, null);
        static final Outcome SKIPPED = new Outcome(true, null);

        static Outcome failed(String why) {
            return new Outcome(false, why);
        }
    }

    private final Script script;
    private final Spectest spectest = new Spectest();
    private final Map<String, Instance> named = new HashMap<>();
    private final Map<String, Instance> registered = new HashMap<>();
    private @Nullable Instance current;

    ScriptRunner(Script script) throws IOException {
        this.script = script;
    }

    @Override
    public void close() {
        spectest.close();
    }

    Outcome run(Command command) throws IOException {
        try {
            return switch (command.type()) {
                case "module" -> module(command);
                case "register" -> register(command);
                case "action" -> {
                    perform(command.requiredAction());
                    yield Outcome.PASSED;
                }
                case "assert_return" -> assertReturn(command);
                case "assert_trap", "assert_exhaustion" -> assertTrap(command);
                case "assert_exception" -> assertException(command);
                case "assert_invalid" -> assertRefused(command, false);
                case "assert_malformed" -> assertRefused(command, true);
                case "assert_unlinkable" -> assertUnlinkable(command);
                case "assert_uninstantiable" -> assertUninstantiable(command);
                default -> Outcome.failed("this runner does not know the command");
            };
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return Outcome.failed("threw " + e);
        }
    }

    private Outcome module(Command command) throws IOException {
        current = null;
        if (command.name() != null) {
            named.remove(command.name());
        }
        Instance instance = instantiate(command);
        current = instance;
        if (command.name() != null) {
            named.put(command.name(), instance);
        }
        return Outcome.PASSED;
    }

    private Outcome register(Command command) {
        registered.put(command.required(command.as(), "as"), instance(command.name()));
        return Outcome.PASSED;
    }

    private Outcome assertReturn(Command command) {
        Object result = perform(command.requiredAction());
        List<Command.Value> expected = command.expectedOrNone();
        @Nullable
        Object[] actual = expected.isEmpty() && result == null
                ? new Object[0]
                : result instanceof Object[] several ? several : new Object[] {result};
        boolean equal = actual.length == expected.size();
        for (int i = 0; equal && i < actual.length; i++) {
            equal = Values.matches(expected.get(i), actual[i]);
        }
        return equal ? Outcome.PASSED : Outcome.failed("returned " + List.of(describe(actual)) + ", not " + expected);
    }

    private Outcome assertTrap(Command command) {
        try {
            Object result = perform(command.requiredAction());
            return Outcome.failed("returned " + describe(result) + " instead of trapping: " + command.text());
        } catch (Trap trap) {
            return sameTrap(command, trap);
        }
    }

    private static Outcome sameTrap(Command command, Trap trap) {
        String text = command.required(command.text(), "text");
        return text.startsWith(trap.kind().text())
                ? Outcome.PASSED
                : Outcome.failed("trapped with '" + trap.getMessage() + "', not '" + text + "'");
    }

    private Outcome assertException(Command command) {
        try {
            Object result = perform(command.requiredAction());
            return Outcome.failed("returned " + describe(result) + " instead of throwing");
        } catch (WasmException e) {
            return Outcome.PASSED;
        }
    }

    private Outcome assertRefused(Command command, boolean malformed) throws IOException {
        if ("text".equals(command.moduleType())) {
            return Outcome.SKIPPED;
        }
        try {
            Module.parse(script.module(command.requiredFilename()));
            return Outcome.failed("was accepted in spite of: " + command.text());
        } catch (InvalidModuleException e) {
            return e.isMalformed() == malformed
                    ? Outcome.PASSED
                    : Outcome.failed(
                            "should be " + command.type() + " '" + command.text() + "', but: " + e.getMessage());
        }
    }

    private Outcome assertUnlinkable(Command command) throws IOException {
        try {
            instantiate(command);
            return Outcome.failed("was linked in spite of: " + command.text());
        } catch (LinkException e) {
            return Outcome.PASSED;
        }
    }

    private Outcome assertUninstantiable(Command command) throws IOException {
        try {
            instantiate(command);
            return Outcome.failed("was instantiated in spite of: " + command.text());
        } catch (Trap trap) {
            return sameTrap(command, trap);
        }
    }

    private Instance instantiate(Command command) throws IOException {
        Module module = Module.parse(script.module(command.requiredFilename()));
        Imports.Builder imports = Imports.builder();
        for (Import wanted : module.imports()) {
            lookUp(wanted).ifPresent(found -> imports.add(wanted.module(), wanted.name(), found));
        }
        return Instance.instantiate(module, imports.build());
    }

    private Optional<Extern> lookUp(Import wanted) {
        if (wanted.module().equals("spectest")) {
            return Optional.ofNullable(spectest.externs().get(wanted.name()));
        }
        return Optional.ofNullable(registered.get(wanted.module())).flatMap(from -> from.export(wanted.name()));
    }

    private Instance instance(@Nullable String name) {
        Instance found = name == null ? current : named.get(name);
        if (found == null) {
            throw new IllegalStateException("no module " + (name == null ? "" : name + " ") + "was instantiated");
        }
        return found;
    }

    private @Nullable Object perform(Command.Action action) {
        Extern export = instance(action.module())
                .export(action.field())
                .orElseThrow(() -> new IllegalStateException("no export is called " + action.field()));
        return switch (export) {
            case Function function -> function.invoke(Values.arguments(action.args()));
            case Global global -> global.get();
            default -> throw new IllegalStateException("cannot " + action.type() + " " + export);
        };
    }

    private static String describe(@Nullable Object result) {
        return result instanceof Object[] several ? java.util.Arrays.toString(several) : String.valueOf(result);
    }
}
