package tuxloom.engine;

import java.util.List;

/** Generates what functions that make tail calls have besides their code; see {@link TailCalls}. */
final class TailCallMethods {
    private TailCallMethods() {}

    /** Emits the method by which everybody calls such a function: runs its body, then the calls that this leaves. */
    static Bytecode entry(ConstantPool pool, ModuleCode names, int function) {
        FunctionType type = names.module.functionType(function);
        Bytecode code = new Bytecode(pool, false);
        for (ValueType parameter : type.parameters()) {
            LargeDispatcher.fixedLocal(code, parameter);
        }
        code.stackMap.fixedLocal(StackMap.OBJECT | pool.classRef(names.context) << 8);
        code.stackMap.parametersEnd();
        int context = ClassGenerator.loadParameters(code, type, 0);
        code.load(FunctionEmitter.REFERENCE, context);
        code.invokeStatic(names.bodyRef(pool, function));
        Label pending = new Label();
        code.load(FunctionEmitter.REFERENCE, context);
        code.getField(TailCalls.TARGET);
        // What the body returned stays in place; a frame says nothing of what is in temporaries.
        int result = context + 1;
        code.store(FunctionEmitter.REFERENCE, result + 2);
        int returned = returnedKind(type);
        if (returned >= 0) {
            code.store(returned, result);
        }
        code.load(FunctionEmitter.REFERENCE, result + 2);
        code.jumpIf(Jvm.IFNONNULL, pending);
        if (returned >= 0) {
            code.load(returned, result);
        }
        ClassGenerator.emitReturn(code, type);
        pending.bind(code.position(), code.code);
        LargeFunction.frame(code);
        code.load(FunctionEmitter.REFERENCE, context);
        code.invokeStatic(TailCalls.RUN);
        if (returned >= 0) {
            unbox(code, type.results());
        }
        ClassGenerator.emitReturn(code, type);
        code.limits(context + 6, context + 4);
        return code;
    }

    /** Returns the kind of JVM value that a function's method returns, or -1 for none. */
    private static int returnedKind(FunctionType type) {
        List<ValueType> results = type.results();
        if (results.isEmpty()) {
            return -1;
        }
        return Signatures.isBundled(results)
                ? FunctionEmitter.REFERENCE
                : FunctionEmitter.kind(results.getFirst().number());
    }

    private static void unbox(Bytecode code, List<ValueType> results) {
        if (Signatures.isBundled(results)) {
            code.checkCast(Bundles.of(results).className());
        } else {
            Boxing.unbox(code, results.getFirst());
        }
    }

    /** Emits {@link Function#resume} of a reference to a function: runs its body in place of the one that called it. */
    static Bytecode resume(ConstantPool pool, ModuleCode names, int function) {
        FunctionType type = names.module.functionType(function);
        Bytecode code = new Bytecode(pool, false);
        int own = 3;
        code.load(FunctionEmitter.REFERENCE, 0);
        code.load(FunctionEmitter.REFERENCE, 2);
        code.invokeStatic(Members.CALLER_CONTEXT);
        code.checkCast(names.context);
        code.store(FunctionEmitter.REFERENCE, own);
        int slots = 0;
        if (!type.parameters().isEmpty()) {
            Bundles.Type bundle = Bundles.of(type.parameters());
            code.load(FunctionEmitter.REFERENCE, 1);
            code.checkCast(bundle.className());
            code.store(FunctionEmitter.REFERENCE, 1);
            for (int i = 0; i < type.parameters().size(); i++) {
                Bundles.loadField(code, bundle, type.parameters().get(i), i, 1);
                slots += type.parameters().get(i).slots();
            }
        }
        code.load(FunctionEmitter.REFERENCE, own);
        code.invokeStatic(names.bodyRef(pool, function));
        if (type.results().isEmpty()) {
            code.op(Jvm.ACONST_NULL);
        } else if (!Signatures.isBundled(type.results())) {
            Boxing.box(code, type.results().getFirst());
        }
        code.load(FunctionEmitter.REFERENCE, own);
        code.load(FunctionEmitter.REFERENCE, 2);
        code.invokeStatic(TailCalls.HAND_OVER);
        code.op(Jvm.ARETURN);
        code.limits(slots + 6, own + 1);
        return code;
    }
}
