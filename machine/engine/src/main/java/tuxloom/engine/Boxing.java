package tuxloom.engine;

/** Emits conversions between unboxed values and objects. */
final class Boxing {
    private static final String[] CLASSES = {
        "java/lang/Integer", "java/lang/Long", "java/lang/Float", "java/lang/Double"
    };
    private static final String[] GETTERS = {"intValue", "longValue", "floatValue", "doubleValue"};

    private Boxing() {}

    static void box(Bytecode code, ValueType type) {
        if (type == ValueType.V128) {
            code.invokeStatic(code.pool.method("tuxloom/engine/V128", "of", "(JJ)" + V128.DESCRIPTOR));
        } else if (!type.isReference()) {
            String owner = CLASSES[type.number()];
            code.invokeStatic(code.pool.method(owner, "valueOf", "(" + type.descriptor + ")L" + owner + ";"));
        }
    }

    static void unbox(Bytecode code, ValueType type) {
        if (type == ValueType.V128) {
            code.checkCast("tuxloom/engine/V128");
            code.op(Jvm.DUP);
            code.invokeVirtual(code.pool.method("tuxloom/engine/V128", "low", "()J"));
            code.op(Jvm.DUP2_X1).op(Jvm.POP2);
            code.invokeVirtual(code.pool.method("tuxloom/engine/V128", "high", "()J"));
        } else if (!type.isReference()) {
            String owner = CLASSES[type.number()];
            code.checkCast(owner);
            code.invokeVirtual(code.pool.method(owner, GETTERS[type.number()], "()" + type.descriptor));
        } else if (type != ValueType.EXTERNREF) {
            code.checkCast(type.descriptor.substring(1, type.descriptor.length() - 1));
        }
    }
}
