package tuxloom.engine;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own for {@link CodeCacheTest}, because a cache is a matter of the class path: {@code record FOLDER BUILD MODULE} or
 * {@code use FOLDER BUILD MODULE}. Prints what happened, a word a line.
 */
final class CodeCacheProbe {
    private CodeCacheProbe() {}

    /** An interface that is not public, as embedders have them. */
    interface IntFunction {
        int apply(int value);
    }

    /** What the module imports. */
    static final class Host {
        @WasmImport(module = "host", name = "triple")
        int triple(int value) {
            return 3 * value;
        }

        @SuppressWarnings("unused") // Called by the guest.
        @WasmImport(module = "host", name = "double")
        private int twice(int value) {
            return 2 * value;
        }
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        CodeRecorder recorder = null;
        if (arguments[0].equals("record")) {
            recorder = CodeRecorder.start();
        } else {
            try {
                say("used", CodeCache.use(folder.resolve("index"), arguments[2]));
            } catch (IOException e) {
                say("refused", e.getMessage());
            }
        }
        byte[] wasm = Files.readAllBytes(Path.of(arguments[3]));
        if (recorder == null) {
            say("interruptible known", Module.parseInterruptible(wasm).isKnown());
        }
        Module module = Module.parse(wasm);
        say("known", module.isKnown());
        say("recalled", module.recalled("answer"));
        module.remember("answer", "42");
        Imports.Builder imports = Imports.builder();
        HostFunctions.of(MethodHandles.lookup(), Host.class).bind(new Host(), imports);
        Instance instance = Instance.instantiate(module, imports.build());
        say("result", instance.function("direct").as(IntFunction.class).apply(7));
        say("indirect", instance.function("indirect").invoke(7));
        say("trace", instance.function("trap").as(IntFunction.class) != null && traps(instance));
        say("generated", CodeCache.generatedClasses());
        if (recorder == null) {
            say("uncalled", instance.function("twice").invoke(7));
        } else {
            say("written", recorder.write(folder.resolve("code.jar"), folder.resolve("index"), arguments[2]));
        }
    }

    private static boolean traps(Instance instance) {
        try {
            instance.function("trap").invoke(1);
            return false;
        } catch (Trap trap) {
            return trap.wasmStack().getFirst().toString().startsWith("trap");
        }
    }

    private static void say(String word, @Nullable Object value) {
        System.out.println(word + " " + value);
    }
}
