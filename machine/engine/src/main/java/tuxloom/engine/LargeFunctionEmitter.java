package tuxloom.engine;

/** Emits instructions of a {@link LargeFunction}: locals, and operands on request, are in arrays. */
final class LargeFunctionEmitter extends FunctionEmitter {
    LargeFunctionEmitter(
            int function, Bytecode code, ModuleCode names, Validator stack, LocalTypes locals, Shape shape) {
        super(function, code, names, stack, locals, shape);
        continueIn(code, LargeFunction.CONTEXT, LargeFunction.FIRST_FREE);
    }

    @Override
    void begin() {
        // The frame's arrays are zero, and the dispatcher has put the parameters there.
    }

    @Override
    void checkSize() {
        // Parts end in time.
    }

    @Override
    void finish() {
        // Every part has limits of its own.
    }

    @Override
    void localGet(int local) {
        int type = locals.type(local);
        loadPlace(type, locals.indexInKind(local));
    }

    @Override
    void localSet(int local) {
        storePlace(locals.type(local), locals.indexInKind(local));
    }

    private void loadPlace(int type, int index) {
        int kind = kind(type);
        code.load(REFERENCE, LargeFunction.FIRST_ARRAY + kind);
        code.pushInt(index);
        code.op(Jvm.IALOAD + kind);
        if (type == Validator.V128) {
            loadPlace(Validator.I64, index + 1);
        }
        if (kind == REFERENCE) {
            castReference(ValueType.numbered(type));
        }
    }

    private void storePlace(int type, int index) {
        int kind = kind(type);
        if (type == Validator.V128) {
            storePlace(Validator.I64, index + 1);
        }
        code.store(kind, LargeFunction.SCRATCH);
        code.load(REFERENCE, LargeFunction.FIRST_ARRAY + kind);
        code.pushInt(index);
        code.load(kind, LargeFunction.SCRATCH);
        code.op(Jvm.IASTORE + kind);
    }

    /** Pushes the operand with a number, counted from the bottom of the function's operands. */
    void loadOperand(int type, int operand) {
        loadPlace(type, operandPlace(type, operand));
    }

    void storeOperand(int type, int operand) {
        storePlace(type, operandPlace(type, operand));
    }

    private int operandPlace(int type, int operand) {
        int kind = kind(type);
        return locals.countOfKind(kind) + operand * LargeFunction.placesPerOperand(kind);
    }

    void loadException(int place) {
        LargeFunction.loadExceptions(code, LargeFunction.FRAME_SLOT);
        code.pushInt(place);
        code.op(Jvm.AALOAD);
    }

    void storeException(int place) {
        code.store(REFERENCE, LargeFunction.SCRATCH);
        LargeFunction.loadExceptions(code, LargeFunction.FRAME_SLOT);
        code.pushInt(place);
        code.load(REFERENCE, LargeFunction.SCRATCH);
        code.op(Jvm.AASTORE);
    }
}
