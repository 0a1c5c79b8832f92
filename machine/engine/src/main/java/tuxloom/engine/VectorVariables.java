package tuxloom.engine;

/** Emits accesses to vectors that are not on the JVM's stack or in its locals, half by half. */
final class VectorVariables {
    private static final int LONG = 1;
    private static final Member GET_LOW = Member.of("tuxloom/engine/Global", "getLong", "()J");
    private static final Member GET_HIGH = Member.of("tuxloom/engine/Global", "getHigh", "()J");
    private static final Member SET = Member.of("tuxloom/engine/Global", "setVector", "(JJ)V");

    private VectorVariables() {}

    static void get(FunctionEmitter emitter, int global) {
        Bytecode code = emitter.code;
        emitter.loadContext();
        code.getField(emitter.names.globalRef(code.pool, global));
        if (emitter.names.module.isCell(global)) {
            code.op(Jvm.DUP);
            code.invokeVirtual(code.pool.member(GET_LOW));
            code.op(Jvm.DUP2_X1).op(Jvm.POP2);
            code.invokeVirtual(code.pool.member(GET_HIGH));
        } else {
            emitter.loadContext();
            code.getField(emitter.names.globalHighRef(code.pool, global));
        }
    }

    static void set(FunctionEmitter emitter, int global) {
        Bytecode code = emitter.code;
        int low = emitter.scratch(4);
        code.storeValue(Validator.V128, low);
        emitter.loadContext();
        if (emitter.names.module.isCell(global)) {
            code.getField(emitter.names.globalRef(code.pool, global));
            code.loadValue(Validator.V128, low);
            code.invokeVirtual(code.pool.member(SET));
            return;
        }
        code.load(LONG, low);
        code.putField(emitter.names.globalRef(code.pool, global));
        emitter.loadContext();
        code.load(LONG, low + 2);
        code.putField(emitter.names.globalHighRef(code.pool, global));
    }

    /** Emits {@code select} of two vectors. */
    static void select(FunctionEmitter emitter) {
        Bytecode code = emitter.code;
        int first = emitter.scratch(9);
        int second = first + 4;
        int condition = first + 8;
        code.store(0, condition);
        code.storeValue(Validator.V128, second);
        code.storeValue(Validator.V128, first);
        for (int half = 0; half <= 2; half += 2) {
            code.load(LONG, first + half);
            code.load(LONG, second + half);
            code.load(0, condition);
            code.invokeStatic(SelectMembers.OF_TYPE[LONG]);
        }
    }
}
