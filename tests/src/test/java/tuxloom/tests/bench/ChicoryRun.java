package tuxloom.tests.bench;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Runs one workload of {@code scripts/bench engine} on Chicory with its compiler, like {@link EngineRun}. Here and not beside
 * it, because Chicory is a dependency of tests only.
 */
final class ChicoryRun {
    private static final long ENOSYS = -38;

    private ChicoryRun() {}

    /** See {@link EngineRun}. */
    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        var imports = ImportValues.builder()
                .addMemory(new ImportMemory("env", "memory", new ByteArrayMemory(new MemoryLimits(1700, 4096, true))))
                .addFunction(returning("syscall", 7, ENOSYS))
                .addFunction(returning("get_thread_area", 0, 0))
                .build();
        Instance instance = Instance.builder(Parser.parse(Path.of(arguments[0])))
                .withImportValues(imports)
                .withMachineFactory(MachineFactoryCompiler::compile)
                .build();
        ExportFunction workload = instance.export(arguments[1]);
        EngineRun.repeat(rounds -> (int) workload.apply(rounds)[0], begin, arguments);
    }

    private static HostFunction returning(String name, int parameters, long value) {
        var type = FunctionType.of(Collections.nCopies(parameters, ValType.I32), List.of(ValType.I32));
        return new HostFunction("linux", name, type, (instance, values) -> new long[] {value});
    }
}
