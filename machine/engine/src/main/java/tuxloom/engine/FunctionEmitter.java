package tuxloom.engine;

import java.util.Arrays;

/**
 * Emits the JVM code of one function, instruction by instruction as validation walks over it. Wasm locals are JVM
 * locals, the operand stack is the JVM's. In a try, operands from below it are in extra locals ("spilled"), because the
 * JVM empties its stack when it catches.
 *
 * <p>JVM locals: parameters, context, other wasm locals, extra locals, and last temporaries that live only within one
 * wasm instruction.
 */
class FunctionEmitter {
    static final int REFERENCE = 4;
    private static final int MAXIMUM_CODE = 65_535;
    private static final int SPARE_STACK = 16;

    Bytecode code;
    final ModuleCode names;
    final Validator stack;
    final LocalTypes locals;
    final Polls polls;
    private final int function;
    private final Shape shape;
    private int contextSlot;
    private int nextExtra;

    private int maximumLocals;

    /** Stack that calls of regions need beyond what validation knows of. */
    private int extraStack;

    private int[] temporaries = new int[16];
    private final int[] classIndexes = new int[3];

    FunctionEmitter(int function, Bytecode code, ModuleCode names, Validator stack, LocalTypes locals, Shape shape) {
        this.function = function;
        this.code = code;
        this.names = names;
        polls = new Polls(this);
        this.stack = stack;
        this.locals = locals;
        this.shape = shape;
        int slots = 0;
        for (byte type : shape.parameters()) {
            slots += Validator.slots(type);
        }
        contextSlot = slots;
    }

    /** Emits what precedes the body; the locals are complete. */
    void begin() {
        for (byte type : shape.parameters()) {
            fixedLocal(type);
        }
        code.stackMap.fixedLocal(StackMap.OBJECT | code.pool.classRef(names.context) << 8);
        code.stackMap.parametersEnd();
        for (int i = shape.parameters().length; i < locals.count(); i++) {
            int type = locals.type(i);
            fixedLocal(type);
            pushZero(type);
            code.storeValue(type, locals.slot(i));
            checkSize();
        }
        nextExtra = polls.begin(locals.slots());
        maximumLocals = nextExtra;
    }

    private void fixedLocal(int type) {
        code.stackMap.fixedLocal(verificationType(type));
        if (type == Validator.V128) {
            code.stackMap.fixedLocal(StackMap.LONG);
        }
    }

    /** Goes on in another method, where the context and the first free slot are elsewhere. */
    final void continueIn(Bytecode other, int newContextSlot, int firstFree) {
        code = other;
        contextSlot = newContextSlot;
        nextExtra = firstFree;
        maximumLocals = firstFree;
        Arrays.fill(classIndexes, 0);
    }

    /** Called after each instruction, so that hopeless code ends early. */
    void checkSize() {
        if (code.position() > MAXIMUM_CODE) {
            throw new ClassTooLargeException("code");
        }
    }

    void finish() {
        code.limits(maximumStack(), maximumLocals());
    }

    final int maximumStack() {
        return stack.maximumSlots() + SPARE_STACK + extraStack;
    }

    final int maximumLocals() {
        return maximumLocals + 2;
    }

    final void reserveStack(int slots) {
        extraStack = Math.max(extraStack, slots);
    }

    Shape shape() {
        return shape;
    }

    int function() {
        return function;
    }

    /** Returns how the JVM carries values of a type: 0 int, 1 long, 2 float, 3 double, 4 reference. A vector is two longs. */
    static int kind(int type) {
        return type == Validator.V128 ? Validator.I64 : Math.min(type, REFERENCE);
    }

    /** Returns what a stack map says of a value, which it does twice of a vector. */
    int verificationType(int type) {
        return switch (type) {
            case Validator.I32 -> StackMap.INTEGER;
            case Validator.I64, Validator.V128 -> StackMap.LONG;
            case Validator.F32 -> StackMap.FLOAT;
            case Validator.F64 -> StackMap.DOUBLE;
            default -> StackMap.OBJECT | referenceClass(type) << 8;
        };
    }

    private int referenceClass(int type) {
        int which = type - Validator.FUNCREF;
        if (classIndexes[which] == 0) {
            String descriptor = ValueType.numbered(type).descriptor;
            classIndexes[which] = code.pool.classRef(descriptor.substring(1, descriptor.length() - 1));
        }
        return classIndexes[which];
    }

    void loadContext() {
        code.load(REFERENCE, contextSlot);
    }

    void pushZero(int type) {
        switch (type) {
            case Validator.I32 -> code.op(Jvm.ICONST_0);
            case Validator.I64 -> code.op(Jvm.LCONST_0);
            case Validator.F32 -> code.op(Jvm.FCONST_0);
            case Validator.F64 -> code.op(Jvm.DCONST_0);
            case Validator.V128 -> code.op(Jvm.LCONST_0).op(Jvm.LCONST_0);
            default -> code.op(Jvm.ACONST_NULL);
        }
    }

    void pop(int type) {
        switch (Validator.slots(type)) {
            case 1 -> code.op(Jvm.POP);
            case 2 -> code.op(Jvm.POP2);
            default -> code.op(Jvm.POP2).op(Jvm.POP2);
        }
    }

    // Extra locals

    int extraCount() {
        return code.stackMap.extraCount();
    }

    /** Takes a slot that all frames have until {@link #releaseExtras}. */
    int newExtra(int type) {
        code.stackMap.pushExtra(verificationType(type));
        if (type == Validator.V128) {
            code.stackMap.pushExtra(StackMap.LONG);
        }
        int slot = nextExtra;
        nextExtra += Validator.slots(type);
        maximumLocals = Math.max(maximumLocals, nextExtra);
        return slot;
    }

    /** Gives slots back, down to the number {@code count} of extra locals that end at {@code nextSlot}. */
    void releaseExtras(int count, int nextSlot) {
        code.stackMap.truncateExtras(count);
        nextExtra = nextSlot;
    }

    int nextExtra() {
        return nextExtra;
    }

    // Temporaries

    /** Moves the topmost operands, of the given types, into temporaries. */
    void storeTemporaries(byte[] types) {
        if (temporaries.length < types.length) {
            temporaries = new int[types.length];
        }
        int slot = nextExtra;
        for (int i = types.length - 1; i >= 0; i--) {
            temporaries[i] = slot;
            code.storeValue(types[i], slot);
            slot += Validator.slots(types[i]);
        }
        maximumLocals = Math.max(maximumLocals, slot);
    }

    void loadTemporaries(byte[] types) {
        for (int i = 0; i < types.length; i++) {
            code.loadValue(types[i], temporaries[i]);
        }
    }

    void loadTemporary(byte[] types, int index) {
        code.loadValue(types[index], temporaries[index]);
    }

    /** Returns the first of some slots that are free within one instruction that uses no other temporaries. */
    int scratch(int slots) {
        maximumLocals = Math.max(maximumLocals, nextExtra + slots);
        return nextExtra;
    }

    /** Returns a slot that is free even while temporaries of the given types are in use. */
    int slotBeyond(byte[] types) {
        int slot = nextExtra;
        for (byte type : types) {
            slot += Validator.slots(type);
        }
        maximumLocals = Math.max(maximumLocals, slot + 2);
        return slot;
    }

    // Instructions

    void localGet(int local) {
        code.loadValue(locals.type(local), locals.slot(local));
    }

    void localSet(int local) {
        code.storeValue(locals.type(local), locals.slot(local));
    }

    void localTee(int local) {
        int type = locals.type(local);
        if (type == Validator.V128) {
            localSet(local);
            localGet(local);
        } else {
            code.op(Validator.slots(type) == 2 ? Jvm.DUP2 : Jvm.DUP);
            localSet(local);
        }
    }

    void globalGet(int global) {
        if (names.module.globals.get(global).valueType() == ValueType.V128) {
            VectorVariables.get(this, global);
            return;
        }
        loadContext();
        code.getField(names.globalRef(code.pool, global));
        if (names.module.isCell(global)) {
            GlobalType type = names.module.globals.get(global);
            code.invokeVirtual(code.pool.member(Global.getter(type.valueType())));
            castReference(type.valueType());
        }
    }

    void globalSet(int global) {
        ValueType type = names.module.globals.get(global).valueType();
        if (type == ValueType.V128) {
            VectorVariables.set(this, global);
            return;
        }
        loadContext();
        boolean cell = names.module.isCell(global);
        if (cell) {
            code.getField(names.globalRef(code.pool, global));
        }
        if (type.slots() == 2) {
            code.op(Jvm.DUP_X2).op(Jvm.POP);
        } else {
            code.op(Jvm.SWAP);
        }
        if (cell) {
            code.invokeVirtual(code.pool.member(Global.setter(type)));
        } else {
            code.putField(names.globalRef(code.pool, global));
        }
    }

    /** Narrows a reference that the engine hands out as an object. */
    void castReference(ValueType type) {
        if (type == ValueType.FUNCREF || type == ValueType.EXNREF) {
            code.checkCast(type.descriptor.substring(1, type.descriptor.length() - 1));
        }
    }

    void loadTable(int table) {
        loadContext();
        code.getField(names.tableRef(code.pool, table));
    }

    void memoryAccess(int opcode, int offset) {
        memoryAccess(opcode, offset, -1);
    }

    /** @param known the address on the stack if it is a constant, or -1 */
    void memoryAccess(int opcode, int offset, int known) {
        if (names.module.isFixed(known, offset)) {
            memoryAccess(MemoryOps.fixed(opcode), offset);
            return;
        }
        if (names.module.isNear(offset)) {
            memoryAccess(MemoryOps.member(opcode), offset);
            return;
        }
        byte[] value = {(byte) MemoryOps.type(opcode)};
        if (MemoryOps.isStore(opcode)) {
            storeTemporaries(value);
        }
        code.pushInt(offset);
        loadContext();
        code.invokeStatic(Members.FAR_ADDRESS);
        if (MemoryOps.isStore(opcode)) {
            loadTemporaries(value);
        }
        memoryAccess(MemoryOps.member(opcode), 0);
    }

    void memoryAccess(Member member, int offset) {
        code.pushInt(offset);
        loadContext();
        code.invokeStatic(member);
    }

    void select(int type) {
        if (type == Validator.V128) {
            VectorVariables.select(this);
            return;
        }
        code.invokeStatic(SelectMembers.OF_TYPE[kind(type)]);
        if (type >= Validator.FUNCREF) {
            castReference(ValueType.numbered(type));
        }
    }

    void call(int callee) {
        polls.beforeCall(callee);
        loadContext();
        code.invokeStatic(names.methodRef(code.pool, callee));
        spreadResults(names.module.functionTypes[callee]);
    }

    void callIndirect(int type, int table) {
        polls.beforeIndirectCall();
        if (table == 0 && names.tableNumbers().has(type)) {
            loadContext();
            code.invokeStatic(names.switchRef(code.pool, type));
        } else {
            loadTable(table);
            loadContext();
            code.invokeStatic(Signatures.callElement(code.pool, names.module.types.get(type)));
        }
        spreadResults(type);
    }

    /** Takes several results out of the object in which a function returns them. */
    private void spreadResults(int type) {
        if (Signatures.isBundled(names.results(type))) {
            spread(names.results(type));
        }
    }

    /** Replaces the bundle on the stack by its values. */
    void spread(java.util.List<ValueType> types) {
        Bundles.Type bundle = Bundles.of(types);
        int slot = nextExtra;
        maximumLocals = Math.max(maximumLocals, slot + 1);
        code.store(REFERENCE, slot);
        for (int i = 0; i < types.size(); i++) {
            Bundles.loadField(code, bundle, types.get(i), i, slot);
        }
    }

    /** Puts the topmost operands into one object. */
    void bundle(java.util.List<ValueType> types) {
        Bundles.Type bundle = Bundles.of(types);
        code.invokeStatic(code.pool.method(bundle.className(), "of", bundle.factoryDescriptor()));
    }
}
