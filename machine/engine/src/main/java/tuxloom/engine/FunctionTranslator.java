package tuxloom.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks over function bodies, once per body: checks each instruction (core specification 3.3) and, when given an emitter,
 * hands it on. Reusable, one body after the other, by one thread.
 */
final class FunctionTranslator {
    final ModuleData module;
    final ModuleCode names;
    final BinaryReader in;
    final Validator stack;
    final LocalTypes locals = new LocalTypes();
    private final ControlTranslator control;
    private final MiscTranslator misc;

    @Nullable
    FunctionEmitter emitter;

    @Nullable
    ControlEmitter controlEmitter;

    private @Nullable OutlineScan scan;
    private @Nullable Outliner outliner;

    /** Where the loops of the last body begin that are the innermost around a large table: interpreters' loops, mostly. */
    final Set<Integer> dispatchingLoops = new HashSet<>();

    int bodyStart;
    private int function;

    FunctionTranslator(ModuleData module, ModuleCode names) {
        this.module = module;
        this.names = names;
        in = new BinaryReader(module.bytes, 0, 0);
        stack = new Validator(in);
        control = new ControlTranslator(this);
        misc = new MiscTranslator(this);
    }

    /** Checks a function's body. */
    void validate(int function) {
        translate(function, null, null);
    }

    /** Emits the code of a function whose body has been checked. */
    void compile(int function, Bytecode code) {
        translate(function, code, null);
    }

    /** Emits the code of a function that needs more than one method, with some regions as methods of their own. */
    void compile(int index, LargeFunction large, Outliner outlined) {
        outliner = outlined;
        try {
            translate(index, null, large);
        } finally {
            outliner = null;
        }
    }

    /** Lists the instructions of a function whose body has been checked. */
    OutlineScan scan(int index) {
        OutlineScan list = new OutlineScan(module.bytes);
        scan = list;
        try {
            translate(index, null, null);
        } finally {
            scan = null;
        }
        return list;
    }

    /** Emits the code of a function with some regions as methods of their own, which {@code outlined} keeps. */
    void compile(int index, Bytecode code, Outliner outlined) {
        outliner = outlined;
        try {
            translate(index, code, null);
        } finally {
            outliner = null;
        }
    }

    /** Returns the index of the function at hand. */
    int function() {
        return function;
    }

    private void translate(int index, @Nullable Bytecode code, @Nullable LargeFunction large) {
        function = index;
        dispatchingLoops.clear();
        int typeIndex = module.functionTypes[function];
        Shape shape = names.shape(typeIndex);
        int body = function - module.importedFunctions;
        bodyStart = module.bodyStart[body];
        in.position = bodyStart;
        in.end = module.bodyEnd[body];
        stack.reset();
        locals.reset();
        for (byte type : shape.parameters()) {
            locals.add(1, type);
        }
        if (code != null) {
            emitter = new FunctionEmitter(function, code, names, stack, locals, shape);
            controlEmitter = new StackControlEmitter(emitter, module.types.get(typeIndex));
            locals.skipSlot();
        } else if (large != null) {
            emitter = large.emitter(stack, locals, shape);
            controlEmitter = large.control(emitter, module.types.get(typeIndex));
        } else {
            emitter = null;
            controlEmitter = null;
        }
        declareLocals();
        if (emitter != null) {
            emitter.begin();
        }
        control.openFunction(shape);
        if (controlEmitter != null && module.isTailCaller(function)) {
            controlEmitter.openTailCaller();
        }
        while (stack.depth() > 0) {
            if (controlEmitter != null) {
                controlEmitter.boundary();
            }
            if (outliner != null) {
                outliner.boundary(this);
            }
            if (scan != null) {
                scan.instruction(in.position, stack.height == stack.top.height);
            }
            instruction();
            if (scan != null && scan.hasOpened()) {
                scan.label(stack.top.labelTypes().length > 0);
            }
        }
        if (!in.atEnd()) {
            throw in.malformed("END opcode expected");
        }
        if (emitter != null) {
            emitter.finish();
        }
    }

    private void declareLocals() {
        int groups = in.u32();
        long total = locals.count();
        for (int i = 0; i != groups; i++) {
            long count = in.u32() & 0xffffffffL;
            ValueType type = in.valueType();
            total += count;
            if (total > 0xffffffffL) {
                throw in.malformed("too many locals");
            }
            if (total <= LocalTypes.MAXIMUM) {
                locals.add((int) count, type.number());
            }
        }
        if (total > LocalTypes.MAXIMUM) {
            throw in.invalid("too many locals: " + total + ", more than the limit of " + LocalTypes.MAXIMUM);
        }
    }

    /** Returns the emitter if the current code is to be emitted, null otherwise. */
    @Nullable
    FunctionEmitter live() {
        return stack.top.dead ? null : emitter;
    }

    /** Returns the offset of the next byte in the function. */
    int offset() {
        return in.position - bodyStart;
    }

    private void instruction() {
        int opcode = in.u8();
        if (opcode >= Opcode.I32_EQZ && opcode <= Opcode.I64_EXTEND32_S) {
            numeric(opcode);
        } else if (opcode >= Opcode.I32_LOAD && opcode <= Opcode.I64_STORE32) {
            memoryAccess(opcode);
        } else if (opcode >= Opcode.LOCAL_GET && opcode <= Opcode.GLOBAL_SET) {
            variable(opcode);
        } else if (opcode >= Opcode.MEMORY_SIZE && opcode <= Opcode.F64_CONST) {
            constant(opcode);
        } else if (opcode < Opcode.DROP || opcode == Opcode.TRY_TABLE) {
            control.instruction(opcode);
        } else {
            misc.instruction(opcode);
        }
        if (emitter != null) {
            emitter.checkSize();
        }
    }

    void numeric(int opcode) {
        int type = NumericOps.operandType(opcode);
        stack.pop(type);
        if (NumericOps.operands(opcode) == 2) {
            stack.pop(type);
        }
        stack.push(NumericOps.resultType(opcode));
        if (live() == null) {
            return;
        }
        if (Comparisons.isComparison(opcode)) {
            emitComparison(opcode);
        } else {
            Bytecode code = live().code;
            code.line(offset() - 1);
            NumericOps.emit(opcode, code);
        }
    }

    private void emitComparison(int opcode) {
        int next = in.position < in.end ? in.bytes[in.position] : 0;
        if (next == Opcode.I32_EQZ && in.position + 1 < in.end) {
            next = in.bytes[in.position + 1];
        }
        if (controlEmitter != null) {
            controlEmitter.comparison(opcode, next == Opcode.BR_IF || next == Opcode.IF);
        }
    }

    private void memoryAccess(int opcode) {
        int at = offset() - 1;
        int offset = memoryArgument(MemoryOps.alignment(opcode), false);
        int type = MemoryOps.type(opcode);
        int address = stack.constant(MemoryOps.isStore(opcode) ? 2 : 1);
        if (MemoryOps.isStore(opcode)) {
            stack.pop(type);
            stack.pop(Validator.I32);
        } else {
            stack.pop(Validator.I32);
            stack.push(type);
        }
        FunctionEmitter live = live();
        if (live != null) {
            live.code.line(at);
            live.memoryAccess(opcode, offset, address);
        }
    }

    /** Reads alignment and offset of a memory instruction; returns the offset. */
    int memoryArgument(int naturalAlignment, boolean exact) {
        int alignment = in.u32();
        if (Integer.compareUnsigned(alignment, 64) >= 0) {
            throw in.malformed("malformed memop flags");
        }
        requireMemory();
        if (exact ? alignment != naturalAlignment : alignment > naturalAlignment) {
            if (alignment >= 32) {
                throw in.malformed("malformed memop flags");
            }
            throw in.invalid("alignment must not be larger than natural");
        }
        return in.u32();
    }

    void requireMemory() {
        if (module.memory == null) {
            throw in.invalid("unknown memory 0");
        }
    }

    private void variable(int opcode) {
        int index = in.index();
        if (opcode >= Opcode.GLOBAL_GET) {
            global(opcode, index);
            return;
        }
        if (index >= locals.count()) {
            throw in.invalid("unknown local " + index);
        }
        int type = locals.type(index);
        if (opcode != Opcode.LOCAL_GET) {
            stack.pop(type);
        }
        if (opcode != Opcode.LOCAL_SET) {
            stack.push(type);
        }
        FunctionEmitter live = live();
        if (live == null) {
            return;
        }
        switch (opcode) {
            case Opcode.LOCAL_GET -> live.localGet(index);
            case Opcode.LOCAL_SET -> live.localSet(index);
            default -> live.localTee(index);
        }
    }

    private void global(int opcode, int index) {
        if (index >= module.globals.size()) {
            throw in.invalid("unknown global " + index);
        }
        GlobalType type = module.globals.get(index);
        FunctionEmitter live = live();
        if (opcode == Opcode.GLOBAL_GET) {
            stack.push(type.valueType().number());
            if (live != null) {
                live.globalGet(index);
            }
            return;
        }
        if (!type.mutable()) {
            throw in.invalid("global is immutable");
        }
        stack.pop(type.valueType().number());
        if (live != null) {
            live.globalSet(index);
        }
    }

    private void constant(int opcode) {
        FunctionEmitter live = live();
        switch (opcode) {
            case Opcode.I32_CONST -> {
                int value = in.s32();
                stack.pushConstant(value);
                if (live != null) {
                    live.code.pushInt(value);
                }
            }
            case Opcode.I64_CONST -> {
                long value = in.s64();
                stack.push(Validator.I64);
                if (live != null) {
                    live.code.pushLong(value);
                }
            }
            case Opcode.F32_CONST -> {
                int bits = in.f32Bits();
                stack.push(Validator.F32);
                if (live != null) {
                    live.code.pushFloat(bits);
                }
            }
            case Opcode.F64_CONST -> {
                long bits = in.f64Bits();
                stack.push(Validator.F64);
                if (live != null) {
                    live.code.pushDouble(bits);
                }
            }
            default -> misc.memorySize(opcode);
        }
    }
}
