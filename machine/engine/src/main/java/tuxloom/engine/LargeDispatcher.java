package tuxloom.engine;

import java.util.List;

/** Emits the method that runs the parts of a {@link LargeFunction}: parameters in, part after part, results out. */
final class LargeDispatcher {
    /** Of inner {@link Switches}. */
    private static final int CASE_BITS = 4;

    /** With more cases the inner switch has twice as many, so that the outer one does not get long. */
    private static final int MANY_CASES = 1_000;

    private final Bytecode code;
    private final FunctionType type;
    private final int context;
    private final int frame;
    private final int state;
    private final Label next = new Label();

    LargeDispatcher(Bytecode code, FunctionType type, int context, String contextClass) {
        this.code = code;
        this.type = type;
        this.context = context;
        frame = context + 1;
        state = context + 2;
        StackMap map = code.stackMap;
        for (ValueType parameter : type.parameters()) {
            fixedLocal(code, parameter);
        }
        map.fixedLocal(object(contextClass));
        map.parametersEnd();
        map.fixedLocal(object(LargeFunction.FRAME));
        map.fixedLocal(StackMap.INTEGER);
    }

    private int object(String className) {
        return StackMap.OBJECT | code.pool.classRef(className) << 8;
    }

    /** Says in the stack map that all frames have a parameter. */
    static void fixedLocal(Bytecode code, ValueType parameter) {
        code.stackMap.fixedLocal(
                switch (parameter) {
                    case I32 -> StackMap.INTEGER;
                    case I64, V128 -> StackMap.LONG;
                    case F32 -> StackMap.FLOAT;
                    case F64 -> StackMap.DOUBLE;
                    default ->
                        StackMap.OBJECT
                                | code.pool.classRef(
                                                parameter.descriptor.substring(1, parameter.descriptor.length() - 1))
                                        << 8;
                });
        if (parameter == ValueType.V128) {
            code.stackMap.fixedLocal(StackMap.LONG);
        }
    }

    /** Makes the frame, with the parameters as first locals. */
    void begin(int[] places, int exceptionPlaces, int firstLabel) {
        for (int count : places) {
            code.pushInt(count);
        }
        code.pushInt(exceptionPlaces);
        code.invokeStatic(code.pool.method(LargeFunction.FRAME, "of", "(IIIIII)L" + LargeFunction.FRAME + ";"));
        code.store(FunctionEmitter.REFERENCE, frame);
        int[] used = new int[places.length];
        int slot = 0;
        for (ValueType parameter : type.parameters()) {
            int kind = FunctionEmitter.kind(parameter.number());
            int end = slot + parameter.slots();
            // A vector is two longs.
            do {
                LargeFunction.loadArray(code, frame, kind);
                code.pushInt(used[kind]++);
                code.load(kind, slot);
                code.op(Jvm.IASTORE + kind);
                slot += 2;
            } while (slot < end);
            slot = end;
        }
        code.pushInt(firstLabel);
        code.store(0, state);
    }

    /** Goes to the case of the label that is to be run, or to the end if it has none. */
    void select(Label[] cases, Label ended) {
        Switches.bind(code, next);
        Switches.select(code, state, 0, cases.length > MANY_CASES ? CASE_BITS + 1 : CASE_BITS, 0, cases, ended);
    }

    void call(Label label, int method) {
        Switches.bind(code, label);
        code.load(0, state);
        code.load(FunctionEmitter.REFERENCE, frame);
        code.load(FunctionEmitter.REFERENCE, context);
        code.invokeStatic(method);
        code.store(0, state);
        code.jump(next);
    }

    /** Returns the results, which are the first operands, or throws. */
    void end(Label ended, int[] firstOperands, boolean mayTailCall) {
        ended.bind(code.position(), code.code);
        LargeFunction.frame(code);
        if (mayTailCall) {
            Label other = new Label();
            code.load(0, state);
            code.pushInt(LargeFunction.TAIL_CALLED);
            code.jumpIf(Jvm.IF_ICMPNE, other);
            Signatures.returnZero(code, type);
            other.bind(code.position(), code.code);
            LargeFunction.frame(code);
        }
        Label returned = new Label();
        code.load(0, state);
        code.pushInt(LargeFunction.THROWN);
        code.jumpIf(Jvm.IF_ICMPNE, returned);
        LargeFunction.loadExceptions(code, frame);
        code.pushInt(0);
        code.op(Jvm.AALOAD).op(Jvm.ATHROW);
        returned.bind(code.position(), code.code);
        LargeFunction.frame(code);
        List<ValueType> results = type.results();
        for (int i = 0; i < results.size(); i++) {
            ValueType result = results.get(i);
            int kind = FunctionEmitter.kind(result.number());
            LargeFunction.loadArray(code, frame, kind);
            int place = firstOperands[kind] + i * LargeFunction.placesPerOperand(kind);
            code.pushInt(place);
            code.op(Jvm.IALOAD + kind);
            if (result == ValueType.V128) {
                LargeFunction.loadArray(code, frame, kind);
                code.pushInt(place + 1);
                code.op(Jvm.IALOAD + kind);
            }
            if (result == ValueType.FUNCREF || result == ValueType.EXNREF) {
                code.checkCast(result.descriptor.substring(1, result.descriptor.length() - 1));
            }
        }
        Signatures.returnResults(code, type);
        code.limits(results.stream().mapToInt(ValueType::slots).sum() + 8, state + 1);
    }
}
