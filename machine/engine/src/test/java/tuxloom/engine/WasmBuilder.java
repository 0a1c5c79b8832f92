package tuxloom.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts a module together, section by section, for tests. Function indices count imported functions first. */
final class WasmBuilder {
    static final ValueType I32 = ValueType.I32;
    static final ValueType I64 = ValueType.I64;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> tables = new ArrayList<>();
    private final List<byte[]> memories = new ArrayList<>();
    private final List<byte[]> tags = new ArrayList<>();
    private final List<byte[]> globals = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> elements = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final List<byte[]> names = new ArrayList<>();
    private int importedFunctions;
    private int importedGlobals;

    /** Bytes with LEB128 numbers. */
    static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes op(int... bytes) {
            for (int b : bytes) {
                out.write(b);
            }
            return this;
        }

        Bytes u(long value) {
            long rest = value;
            while (rest > 0x7f) {
                out.write((int) (rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
            return this;
        }

        Bytes s(long value) {
            long rest = value;
            while (rest < -64 || rest > 63) {
                out.write((int) (rest & 0x7f) | 0x80);
                rest >>= 7;
            }
            out.write((int) (rest & 0x7f));
            return this;
        }

        Bytes i32(int value) {
            return op(Opcode.I32_CONST).s(value);
        }

        Bytes i64(long value) {
            return op(Opcode.I64_CONST).s(value);
        }

        Bytes get(int local) {
            return op(Opcode.LOCAL_GET).u(local);
        }

        Bytes set(int local) {
            return op(Opcode.LOCAL_SET).u(local);
        }

        Bytes call(int function) {
            return op(Opcode.CALL).u(function);
        }

        Bytes end() {
            return op(Opcode.END);
        }

        Bytes raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Bytes name(String name) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            return u(utf8.length).raw(utf8);
        }

        byte[] toArray() {
            return out.toByteArray();
        }
    }

    static Bytes code() {
        return new Bytes();
    }

    static FunctionType type(List<ValueType> parameters, List<ValueType> results) {
        return new FunctionType(parameters, results);
    }

    int type(FunctionType type) {
        Bytes bytes = code().op(0x60).u(type.parameters().size());
        type.parameters().forEach(t -> bytes.op(t.code));
        bytes.u(type.results().size());
        type.results().forEach(t -> bytes.op(t.code));
        byte[] encoded = bytes.toArray();
        for (int i = 0; i < types.size(); i++) {
            if (Arrays.equals(types.get(i), encoded)) {
                return i;
            }
        }
        types.add(encoded);
        return types.size() - 1;
    }

    int importFunction(String module, String name, FunctionType type) {
        imports.add(code().name(module).name(name).op(0).u(type(type)).toArray());
        return importedFunctions++;
    }

    WasmBuilder importSharedMemory(String module, String name, int minimum, int maximum) {
        imports.add(
                code().name(module).name(name).op(2, 3).u(minimum).u(maximum).toArray());
        return this;
    }

    /** Imports a mutable global; own ones come behind all imported ones. */
    int importGlobal(String module, String name, ValueType type) {
        imports.add(code().name(module).name(name).op(3, type.code, 1).toArray());
        return importedGlobals++;
    }

    WasmBuilder importTable(String module, String name, int minimum) {
        imports.add(code().name(module).name(name).op(1, 0x70, 0).u(minimum).toArray());
        return this;
    }

    /** Adds a function; {@code locals} come after the parameters, {@code body} ends with {@code end}. */
    int function(FunctionType type, List<ValueType> locals, Bytes body) {
        functions.add(code().u(type(type)).toArray());
        Bytes bytes = code().u(locals.size());
        locals.forEach(t -> bytes.u(1).op(t.code));
        byte[] all = bytes.raw(body.toArray()).toArray();
        bodies.add(code().u(all.length).raw(all).toArray());
        return importedFunctions + functions.size() - 1;
    }

    /** Adds an exported function that also has a name. */
    int export(String name, FunctionType type, List<ValueType> locals, Bytes body) {
        int index = function(type, locals, body);
        exportFunction(name, index);
        name(index, name);
        return index;
    }

    WasmBuilder exportFunction(String name, int index) {
        exports.add(code().name(name).op(0).u(index).toArray());
        return this;
    }

    WasmBuilder exportTable(String name, int index) {
        exports.add(code().name(name).op(1).u(index).toArray());
        return this;
    }

    WasmBuilder name(int function, String name) {
        names.add(code().u(function).name(name).toArray());
        return this;
    }

    WasmBuilder memory(int minimum, int maximum) {
        memories.add(code().op(1).u(minimum).u(maximum).toArray());
        exports.add(code().name("memory").op(2, 0).toArray());
        return this;
    }

    WasmBuilder table(int minimum) {
        tables.add(code().op(0x70, 0).u(minimum).toArray());
        return this;
    }

    int tag(FunctionType type) {
        tags.add(code().op(0).u(type(type)).toArray());
        return tags.size() - 1;
    }

    int global(ValueType type, Bytes initial) {
        globals.add(code().op(type.code, 1).raw(initial.end().toArray()).toArray());
        return importedGlobals + globals.size() - 1;
    }

    /** Exports a function {@code name} (element, operand) that calls an element of table 0 from {@code i32} to {@code i32}. */
    void exportIndirectCall(String name) {
        int called = type(new FunctionType(List.of(I32), List.of(I32)));
        export(
                name,
                new FunctionType(List.of(I32, I32), List.of(I32)),
                List.of(),
                code().get(1).get(0).op(Opcode.CALL_INDIRECT).u(called).u(0).end());
    }

    WasmBuilder element(int offset, int... functions) {
        Bytes bytes = code().op(0).i32(offset).end().u(functions.length);
        Arrays.stream(functions).forEach(bytes::u);
        elements.add(bytes.toArray());
        return this;
    }

    WasmBuilder data(int offset, byte... bytes) {
        data.add(code().op(0).i32(offset).end().u(bytes.length).raw(bytes).toArray());
        return this;
    }

    byte[] toBytes() {
        Bytes module = code().op(0, 'a', 's', 'm', 1, 0, 0, 0);
        section(module, 1, types);
        section(module, 2, imports);
        section(module, 3, functions);
        section(module, 4, tables);
        section(module, 5, memories);
        section(module, 13, tags);
        section(module, 6, globals);
        section(module, 7, exports);
        section(module, 9, elements);
        section(module, 10, bodies);
        section(module, 11, data);
        if (!names.isEmpty()) {
            byte[] map = vector(names);
            byte[] contents = code().name("name").op(1).u(map.length).raw(map).toArray();
            module.op(0).u(contents.length).raw(contents);
        }
        return module.toArray();
    }

    private static byte[] vector(List<byte[]> items) {
        Bytes bytes = code().u(items.size());
        items.forEach(bytes::raw);
        return bytes.toArray();
    }

    private static void section(Bytes module, int id, List<byte[]> items) {
        if (!items.isEmpty()) {
            byte[] contents = vector(items);
            module.op(id).u(contents.length).raw(contents);
        }
    }

    Module parse() {
        return Module.parse(toBytes());
    }

    Instance instantiate() {
        return Instance.instantiate(parse(), Imports.builder().build());
    }
}
