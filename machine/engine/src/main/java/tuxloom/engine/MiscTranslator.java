package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** References, tables, bulk memory, and the instructions with a prefix, as part of a {@link FunctionTranslator}. */
final class MiscTranslator {
    private final FunctionTranslator translator;
    private final AtomicTranslator atomics;
    private @Nullable VectorTranslator vectors;
    private final ModuleData module;
    private final BinaryReader in;
    private final Validator stack;

    MiscTranslator(FunctionTranslator translator) {
        this.translator = translator;
        module = translator.module;
        in = translator.in;
        stack = translator.stack;
        atomics = new AtomicTranslator(translator);
    }

    void instruction(int opcode) {
        switch (opcode) {
            case Opcode.DROP -> {
                int type = stack.pop();
                FunctionEmitter live = translator.live();
                if (live != null) {
                    live.pop(type);
                }
            }
            case Opcode.SELECT -> select();
            case Opcode.SELECT_TYPED -> selectTyped();
            case Opcode.TABLE_GET, Opcode.TABLE_SET -> tableAccess(opcode);
            case Opcode.REF_NULL -> referenceNull();
            case Opcode.REF_IS_NULL -> isNull();
            case Opcode.REF_FUNC -> referenceFunction();
            case Opcode.PREFIX_MISC -> prefixed();
            case Opcode.PREFIX_ATOMIC -> atomics.instruction();
            case Opcode.PREFIX_SIMD -> vectors().instruction();
            case 0xfb -> throw in.invalid("unsupported: garbage collection");
            case 0xd3, 0xd4, 0xd5, 0xd6 -> throw in.invalid("unsupported: typed function references");
            default -> throw in.malformed("illegal opcode " + Integer.toHexString(opcode));
        }
    }

    private VectorTranslator vectors() {
        VectorTranslator known = vectors;
        if (known == null) {
            known = new VectorTranslator(translator);
            vectors = known;
        }
        return known;
    }

    private void select() {
        stack.pop(Validator.I32);
        int second = stack.pop();
        int first = stack.pop();
        boolean same = first == second || first == Validator.UNKNOWN || second == Validator.UNKNOWN;
        if (!same || isReference(first) || isReference(second)) {
            throw stack.mismatch();
        }
        int type = first == Validator.UNKNOWN ? second : first;
        stack.push(type);
        emitSelect(type);
    }

    private static boolean isReference(int type) {
        return type >= Validator.FUNCREF && type <= Validator.EXNREF;
    }

    private void selectTyped() {
        if (in.u32() != 1) {
            throw in.invalid("invalid result arity");
        }
        int type = in.valueType().number();
        stack.pop(Validator.I32);
        stack.pop(type);
        stack.pop(type);
        stack.push(type);
        emitSelect(type);
    }

    private void emitSelect(int type) {
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.select(type);
        }
    }

    private int table() {
        int table = in.index();
        if (table >= module.tables.size()) {
            throw in.invalid("unknown table " + table);
        }
        return table;
    }

    private int elementType(int table) {
        return module.tables.get(table).element().number();
    }

    private int element() {
        int segment = in.index();
        if (segment >= module.elements.size()) {
            throw in.invalid("unknown elem segment " + segment);
        }
        return segment;
    }

    private int data() {
        int segment = in.index();
        if (module.dataCount < 0 && !module.data.isEmpty()) {
            throw in.malformed("data count section required");
        }
        if (segment >= module.dataCount) {
            throw in.invalid("unknown data segment " + segment);
        }
        return segment;
    }

    private void line() {
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.line(translator.offset() - 1);
        }
    }

    private void tableAccess(int opcode) {
        line();
        int table = table();
        int type = elementType(table);
        FunctionEmitter live = translator.live();
        if (opcode == Opcode.TABLE_GET) {
            stack.pop(Validator.I32);
            stack.push(type);
        } else {
            stack.pop(type);
            stack.pop(Validator.I32);
        }
        if (live != null) {
            live.loadTable(table);
            live.code.invokeStatic(opcode == Opcode.TABLE_GET ? Members.TABLE_GET : Members.TABLE_SET);
            if (opcode == Opcode.TABLE_GET) {
                live.castReference(ValueType.numbered(type));
            }
        }
    }

    private void referenceNull() {
        int type = in.referenceType().number();
        stack.push(type);
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.op(Jvm.ACONST_NULL);
        }
    }

    private void isNull() {
        int type = stack.pop();
        if (type < Validator.FUNCREF) {
            throw stack.mismatch();
        }
        stack.push(Validator.I32);
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.invokeStatic(Members.IS_NULL);
        }
    }

    private void referenceFunction() {
        int function = in.index();
        if (function >= module.functionCount) {
            throw in.invalid("unknown function " + function);
        }
        if (!module.referenced.get(function)) {
            throw in.invalid("undeclared function reference");
        }
        stack.push(Validator.FUNCREF);
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.pushInt(function);
            live.loadContext();
            live.code.invokeStatic(Members.REFERENCE_FUNCTION);
        }
    }

    /** Handles {@code memory.size} and {@code memory.grow}. */
    void memorySize(int opcode) {
        zeroByte();
        translator.requireMemory();
        if (opcode == Opcode.MEMORY_GROW) {
            stack.pop(Validator.I32);
        }
        stack.push(Validator.I32);
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.loadContext();
            live.code.invokeStatic(opcode == Opcode.MEMORY_GROW ? Members.MEMORY_GROW : Members.MEMORY_SIZE);
        }
    }

    private void zeroByte() {
        if (in.u8() != 0) {
            throw in.malformed("zero byte expected");
        }
    }

    private void popInts(int count) {
        for (int i = 0; i < count; i++) {
            stack.pop(Validator.I32);
        }
    }

    private void prefixed() {
        int opcode = in.u32();
        switch (opcode) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> translator.numeric(NumericOps.SATURATING + opcode);
            case 8 -> {
                translator.requireMemory();
                int segment = data();
                zeroByte();
                popInts(3);
                segmentOperation(segment, Members.MEMORY_INIT);
            }
            case 9 -> segmentOperation(data(), Members.DATA_DROP);
            case 10 -> {
                zeroByte();
                zeroByte();
                memoryOperation(Members.MEMORY_COPY);
            }
            case 11 -> {
                zeroByte();
                memoryOperation(Members.MEMORY_FILL);
            }
            case 12 -> tableInit();
            case 13 -> segmentOperation(element(), Members.ELEMENT_DROP);
            case 14 -> tableCopy();
            case 15 -> tableGrow();
            case 16 -> {
                int table = table();
                stack.push(Validator.I32);
                tableOperation(table, Members.TABLE_SIZE);
            }
            case 17 -> {
                int table = table();
                stack.pop(Validator.I32);
                stack.pop(elementType(table));
                stack.pop(Validator.I32);
                tableOperation(table, Members.TABLE_FILL);
            }
            default -> throw in.malformed("illegal opcode fc " + Integer.toHexString(opcode));
        }
    }

    private @Nullable FunctionEmitter liveWithLine() {
        line();
        return translator.live();
    }

    private void segmentOperation(int segment, Member member) {
        FunctionEmitter live = liveWithLine();
        if (live != null) {
            live.code.pushInt(segment);
            live.loadContext();
            live.code.invokeStatic(member);
        }
    }

    private void memoryOperation(Member member) {
        translator.requireMemory();
        popInts(3);
        FunctionEmitter live = liveWithLine();
        if (live != null) {
            live.loadContext();
            live.code.getField(Members.MEMORY);
            live.code.invokeStatic(member);
        }
    }

    private void tableOperation(int table, Member member) {
        FunctionEmitter live = liveWithLine();
        if (live != null) {
            live.loadTable(table);
            live.code.invokeStatic(member);
        }
    }

    private void tableInit() {
        int segment = element();
        int table = table();
        if (module.elements.get(segment).type().number() != elementType(table)) {
            throw stack.mismatch();
        }
        popInts(3);
        FunctionEmitter live = liveWithLine();
        if (live != null) {
            live.code.pushInt(segment);
            live.loadTable(table);
            live.loadContext();
            live.code.invokeStatic(Members.TABLE_INIT);
        }
    }

    private void tableCopy() {
        int target = table();
        int source = table();
        if (elementType(target) != elementType(source)) {
            throw stack.mismatch();
        }
        popInts(3);
        FunctionEmitter live = liveWithLine();
        if (live != null) {
            live.loadTable(target);
            live.loadTable(source);
            live.code.invokeStatic(Members.TABLE_COPY);
        }
    }

    private void tableGrow() {
        int table = table();
        stack.pop(Validator.I32);
        stack.pop(elementType(table));
        stack.push(Validator.I32);
        tableOperation(table, Members.TABLE_GROW);
    }
}
