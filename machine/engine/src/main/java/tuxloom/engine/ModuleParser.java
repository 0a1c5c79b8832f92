package tuxloom.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads a module's sections (core specification 5.5) and checks everything but the function bodies (3.4). */
final class ModuleParser {
    private static final int MAGIC = 0x6d736100;
    /** Functions, imports, exports and segments that a module may have of each. */
    static final int MAXIMUM_COUNT = 1_000_000;

    private static final int MAXIMUM_TYPES = 100_000;

    /** Entries that a class file's constant pool has for what the context class refers to. */
    private static final int MAXIMUM_CONTEXT_ENTRIES = 60_000;

    /** A field and a method, each with its name and descriptor, and references to the field and to the method called. */
    private static final int ENTRIES_PER_IMPORTED_FUNCTION = 11;

    /** Each is a field of a generated class. */
    private static final int MAXIMUM_FIELDS = 20_000;

    private static final int MAXIMUM_BODY_BYTES = 7_654_321;

    /** Slots of JVM parameters that a function may take, besides the receiver and the context. */
    static final int MAXIMUM_SLOTS = 250;

    /** Section ids in the order in which sections must come. */
    private static final int[] ORDER = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

    private final ModuleData module;
    private final BinaryReader in;
    private final Map<FunctionType, FunctionType> knownTypes = new HashMap<>();
    private int definedFunctions;
    private long tableElements;

    ModuleParser(byte[] bytes) {
        module = new ModuleData(bytes);
        in = new BinaryReader(bytes, 0, bytes.length);
    }

    ModuleData parse() {
        if (in.end < 4 || in.f32Bits() != MAGIC) {
            throw InvalidModuleException.malformed("magic header not detected", 0);
        }
        if (in.end < 8 || in.f32Bits() != 1) {
            throw InvalidModuleException.malformed("unknown binary version", 4);
        }
        int last = 0;
        int fileEnd = in.end;
        while (in.position < fileEnd) {
            int at = in.position;
            int id = in.u8();
            int size = in.count("section");
            if (size > fileEnd - in.position) {
                throw InvalidModuleException.malformed("unexpected end: length out of bounds", at);
            }
            if (id >= ORDER.length) {
                throw InvalidModuleException.malformed("malformed section id " + id, at);
            }
            if (id != 0) {
                if (ORDER[id] <= last) {
                    throw InvalidModuleException.malformed("unexpected content after last section", at);
                }
                last = ORDER[id];
            }
            int sectionEnd = in.position + size;
            in.end = sectionEnd;
            section(id);
            if (in.position != sectionEnd) {
                throw in.malformed("section size mismatch");
            }
            in.end = fileEnd;
        }
        finish();
        return module;
    }

    private void section(int id) {
        switch (id) {
            case 0 -> customSection();
            case 1 -> repeat("types", MAXIMUM_TYPES, this::type);
            case 2 -> repeat("imports", MAXIMUM_COUNT, this::anImport);
            case 3 -> functions();
            case 4 -> repeat("tables", MAXIMUM_FIELDS, this::table);
            case 5 -> repeat("memories", MAXIMUM_COUNT, () -> memory(false));
            case 6 -> repeat("globals", MAXIMUM_FIELDS, this::global);
            case 7 -> repeat("exports", MAXIMUM_COUNT, this::export);
            case 8 -> start();
            case 9 -> repeat("element segments", MAXIMUM_COUNT, () -> SegmentParser.element(in, module));
            case 10 -> code();
            case 11 -> repeat("data segments", MAXIMUM_COUNT, () -> SegmentParser.data(in, module));
            case 12 -> module.dataCount = in.count("data segments");
            default -> repeat("tags", MAXIMUM_FIELDS, () -> module.tags.add(tag()));
        }
    }

    private void repeat(String what, int maximum, Runnable item) {
        int count = count(what, maximum);
        for (int i = 0; i < count; i++) {
            item.run();
        }
    }

    private int count(String what, int maximum) {
        int count = in.count(what);
        if (count > maximum) {
            throw in.invalid(what + ": " + count + ", more than the limit of " + maximum);
        }
        return count;
    }

    private void functions() {
        definedFunctions = count("functions", MAXIMUM_COUNT);
        for (int i = 0; i < definedFunctions; i++) {
            module.addFunction(typeIndex());
        }
    }

    private void customSection() {
        String name = in.name();
        module.customSections.add(new ModuleData.CustomSection(name, in.position, in.end));
        in.position = in.end;
    }

    private void type() {
        int form = in.u8();
        if (form == 0x50 || form == 0x4f || form == 0x4e || form == 0x5f || form == 0x5e) {
            throw in.invalid("unsupported: garbage collection (type form 0x" + Integer.toHexString(form) + ")");
        }
        if (form != 0x60) {
            throw in.malformed("integer representation too long: malformed type form 0x" + Integer.toHexString(form));
        }
        FunctionType type = new FunctionType(valueTypes("parameters"), valueTypes("results"));
        // A type of three bytes must not cost a hundred times as much each time that it comes.
        module.types.add(knownTypes.computeIfAbsent(type, same -> same));
    }

    private List<ValueType> valueTypes(String what) {
        int count = in.count(what);
        List<ValueType> types = new ArrayList<>(Math.min(count, 16));
        int slots = 0;
        for (int i = 0; i < count; i++) {
            ValueType type = in.valueType();
            slots += type.slots();
            if (slots > MAXIMUM_SLOTS) {
                throw in.invalid("function type with " + count + " " + what + " exceeds the limit of " + MAXIMUM_SLOTS
                        + " (64-bit ones count twice)");
            }
            types.add(type);
        }
        return types;
    }

    private int typeIndex() {
        int index = in.index();
        if (index >= module.types.size()) {
            throw in.invalid("unknown type " + index);
        }
        return index;
    }

    private void anImport() {
        String moduleName = in.name();
        String name = in.name();
        int kind = in.u8();
        ExternType type;
        switch (kind) {
            case 0 -> {
                int index = typeIndex();
                module.addFunction(index);
                module.importedFunctions++;
                type = module.types.get(index);
            }
            case 1 -> {
                type = tableType();
                module.tables.add((TableType) type);
                module.importedTables++;
            }
            case 2 -> type = memory(true);
            case 3 -> {
                type = globalType();
                module.globals.add((GlobalType) type);
                module.importedGlobals++;
            }
            case 4 -> {
                type = tag();
                module.tags.add((TagType) type);
                module.importedTags++;
            }
            default -> throw in.malformed("malformed import kind " + kind);
        }
        if (module.imports.size() >= MAXIMUM_FIELDS) {
            throw in.invalid("more than " + MAXIMUM_FIELDS + " imports");
        }
        module.imports.add(new Import(moduleName, name, type));
    }

    private void table() {
        TableType type = tableType();
        // One that is too large by itself cannot be instantiated; several must not be so together.
        tableElements += Math.min(type.limits().minimum(), TableType.MAXIMUM_ELEMENTS);
        if (tableElements > TableQuota.MAXIMUM_ELEMENTS) {
            throw in.invalid("tables of more than " + TableQuota.MAXIMUM_ELEMENTS + " elements together");
        }
        module.tables.add(type);
    }

    private TableType tableType() {
        ValueType element = in.referenceType();
        int flags = in.u8();
        if (flags > 1) {
            throw in.malformed("integer too large: malformed limits flags " + flags);
        }
        Limits limits = limits(flags, 0xffffffffL, "table size must be at most 2^32-1");
        return new TableType(element, limits);
    }

    private Limits limits(int flags, long largest, String tooLarge) {
        if (flags > 7) {
            throw in.malformed("integer too large: malformed limits flags " + flags);
        }
        if (flags > 3) {
            throw in.invalid("unsupported: memory64");
        }
        long minimum = in.u32() & 0xffffffffL;
        OptionalLong maximum = (flags & 1) != 0 ? OptionalLong.of(in.u32() & 0xffffffffL) : OptionalLong.empty();
        if (minimum > largest || maximum.orElse(0) > largest) {
            throw in.invalid(tooLarge);
        }
        if (maximum.isPresent() && maximum.getAsLong() < minimum) {
            throw in.invalid("size minimum must not be greater than maximum");
        }
        return new Limits(minimum, maximum);
    }

    private MemoryType memory(boolean imported) {
        int flags = in.u8();
        boolean shared = (flags & 2) != 0;
        Limits limits = limits(flags, 65536, "memory size must be at most 65536 pages (4GiB)");
        if (shared && limits.maximum().isEmpty()) {
            throw in.invalid("shared memory must have maximum");
        }
        if (module.memory != null) {
            throw in.invalid("multiple memories: unsupported");
        }
        MemoryType type = new MemoryType(limits, shared);
        module.memory = type;
        module.memoryImported = imported;
        return type;
    }

    private GlobalType globalType() {
        ValueType type = in.valueType();
        int mutability = in.u8();
        if (mutability > 1) {
            throw in.malformed("malformed mutability " + mutability);
        }
        return new GlobalType(type, mutability == 1);
    }

    private void global() {
        GlobalType type = globalType();
        module.globalValues.add(ConstantExpressionParser.parse(in, module, type.valueType()));
        module.globals.add(type);
    }

    private TagType tag() {
        if (in.u8() != 0) {
            throw in.malformed("malformed tag attribute");
        }
        FunctionType type = module.types.get(typeIndex());
        if (!type.results().isEmpty()) {
            throw in.invalid("non-empty tag result type");
        }
        return new TagType(type);
    }

    private void export() {
        String name = in.name();
        int kind = in.u8();
        int index = in.index();
        ExternType type = switch (kind) {
            case 0 -> {
                check(index < module.functionCount, "unknown function " + index);
                module.referenced.set(index);
                yield module.functionType(index);
            }
            case 1 -> {
                check(index < module.tables.size(), "unknown table " + index);
                yield module.tables.get(index);
            }
            case 2 -> {
                if (index != 0 || module.memory == null) {
                    throw in.invalid("unknown memory " + index);
                }
                yield module.memory;
            }
            case 3 -> {
                check(index < module.globals.size(), "unknown global " + index);
                yield module.globals.get(index);
            }
            case 4 -> {
                check(index < module.tags.size(), "unknown tag " + index);
                yield module.tags.get(index);
            }
            default -> throw in.malformed("malformed export kind " + kind);
        };
        if (module.exports.putIfAbsent(name, new Export(name, type, index)) != null) {
            throw in.invalid("duplicate export name " + name);
        }
    }

    private void check(boolean valid, String message) {
        if (!valid) {
            throw in.invalid(message);
        }
    }

    private void start() {
        int index = in.index();
        check(index < module.functionCount, "unknown function " + index);
        FunctionType type = module.functionType(index);
        check(type.parameters().isEmpty() && type.results().isEmpty(), "start function has parameters or results");
        module.start = index;
    }

    private void code() {
        module.codeStart = in.position;
        int count = in.count("bodies");
        if (count != definedFunctions) {
            throw in.malformed("function and code section have inconsistent lengths");
        }
        module.bodyStart = new int[count];
        module.bodyEnd = new int[count];
        for (int i = 0; i < count; i++) {
            int size = in.count("body");
            if (size > MAXIMUM_BODY_BYTES) {
                throw in.invalid("body of " + size + " bytes exceeds the limit of " + MAXIMUM_BODY_BYTES);
            }
            module.bodyStart[i] = in.position;
            in.skip(size);
            module.bodyEnd[i] = in.position;
        }
    }

    private void finish() {
        long entries = 2L * module.globals.size()
                + module.tables.size()
                + module.tags.size()
                + (long) ENTRIES_PER_IMPORTED_FUNCTION * module.importedFunctions;
        if (entries > MAXIMUM_CONTEXT_ENTRIES) {
            throw in.invalid("too many globals, tables, tags and imported functions for a JVM class: " + entries
                    + " entries, more than the limit of " + MAXIMUM_CONTEXT_ENTRIES + " (a global counts 2, a function "
                    + ENTRIES_PER_IMPORTED_FUNCTION + ")");
        }
        if (module.bodyStart.length != definedFunctions) {
            throw in.malformed("function and code section have inconsistent lengths");
        }
        if (module.dataCount >= 0 && module.dataCount != module.data.size()) {
            throw in.malformed("data count and data section have inconsistent lengths");
        }
        module.tailCallers = new boolean[definedFunctions];
        module.functionTypes = Arrays.copyOf(module.functionTypes, module.functionCount);
    }
}
