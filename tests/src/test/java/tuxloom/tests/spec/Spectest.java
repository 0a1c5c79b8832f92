package tuxloom.tests.spec;

import java.util.List;
import java.util.Map;
import tuxloom.engine.Extern;
import tuxloom.engine.Function;
import tuxloom.engine.FunctionType;
import tuxloom.engine.Global;
import tuxloom.engine.GlobalType;
import tuxloom.engine.Limits;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.MemoryType;
import tuxloom.engine.Table;
import tuxloom.engine.TableType;
import tuxloom.engine.ValueType;

/** The host module {@code spectest} that the scripts import from; a fresh one per script. */
public final class Spectest implements AutoCloseable {
    private final Memory memory;
    private final Memory sharedMemory;
    private final Map<String, Extern> externs;

    public Spectest() throws MemoryAllocationException {
        memory = Memory.allocate(new MemoryType(Limits.of(1, 2), false));
        sharedMemory = Memory.allocate(MemoryType.shared(1, 2));
        externs = Map.ofEntries(
                Map.entry("memory", memory),
                Map.entry("shared_memory", sharedMemory),
                Map.entry("table", Table.allocate(new TableType(ValueType.FUNCREF, Limits.of(10, 20)))),
                Map.entry("global_i32", constant(ValueType.I32, 666)),
                Map.entry("global_i64", constant(ValueType.I64, 666L)),
                Map.entry("global_f32", constant(ValueType.F32, 666.6f)),
                Map.entry("global_f64", constant(ValueType.F64, 666.6)),
                Map.entry("print", silent()),
                Map.entry("print_i32", silent(ValueType.I32)),
                Map.entry("print_i64", silent(ValueType.I64)),
                Map.entry("print_f32", silent(ValueType.F32)),
                Map.entry("print_f64", silent(ValueType.F64)),
                Map.entry("print_i32_f32", silent(ValueType.I32, ValueType.F32)),
                Map.entry("print_f64_f64", silent(ValueType.F64, ValueType.F64)));
    }

    /** What the module exports, by name. */
    public Map<String, Extern> externs() {
        return externs;
    }

    @Override
    public void close() {
        memory.close();
        sharedMemory.close();
    }

    private static Global constant(ValueType type, Object value) {
        return Global.of(new GlobalType(type, false), value);
    }

    private static Function silent(ValueType... parameters) {
        return Function.of(new FunctionType(List.of(parameters), List.of()), arguments -> new Object[0]);
    }
}
