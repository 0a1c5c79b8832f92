package tuxloom.tests.differential;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import java.util.List;

/** The module {@code spectest} for the oracle. */
final class OracleSpectest {
    private static final String MODULE = "spectest";

    private OracleSpectest() {}

    static ImportValues imports() {
        return ImportValues.builder()
                .addFunction(
                        silent("print"),
                        silent("print_i32", ValType.I32),
                        silent("print_i64", ValType.I64),
                        silent("print_f32", ValType.F32),
                        silent("print_f64", ValType.F64),
                        silent("print_i32_f32", ValType.I32, ValType.F32),
                        silent("print_f64_f64", ValType.F64, ValType.F64))
                .addGlobal(
                        constant("global_i32", Value.i32(666)),
                        constant("global_i64", Value.i64(666)),
                        constant("global_f32", Value.fromFloat(666.6f)),
                        constant("global_f64", Value.fromDouble(666.6)))
                .addMemory(
                        new ImportMemory(MODULE, "memory", new ByteArrayMemory(new MemoryLimits(1, 2))),
                        new ImportMemory(MODULE, "shared_memory", new ByteArrayMemory(new MemoryLimits(1, 2, true))))
                .addTable(new ImportTable(
                        MODULE, "table", new TableInstance(new Table(ValType.FuncRef, new TableLimits(10, 20)), -1)))
                .build();
    }

    private static HostFunction silent(String name, ValType... parameters) {
        return new HostFunction(
                MODULE, name, FunctionType.of(List.of(parameters), List.of()), (instance, arguments) -> new long[0]);
    }

    private static ImportGlobal constant(String name, Value value) {
        return new ImportGlobal(MODULE, name, new GlobalInstance(value, MutabilityType.Const));
    }
}
