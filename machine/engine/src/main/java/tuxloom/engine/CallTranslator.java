package tuxloom.engine;

import java.util.Arrays;

/** Calls, as part of a {@link FunctionTranslator}. */
final class CallTranslator {
    private final FunctionTranslator translator;
    private final ModuleData module;
    private final ModuleCode names;
    private final BinaryReader in;
    private final Validator stack;

    CallTranslator(FunctionTranslator translator) {
        this.translator = translator;
        module = translator.module;
        names = translator.names;
        in = translator.in;
        stack = translator.stack;
    }

    private void line() {
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.line(translator.offset() - 1);
        }
    }

    void call() {
        line();
        int function = in.index();
        if (function >= module.functionCount) {
            throw in.invalid("unknown function " + function);
        }
        Shape shape = names.shape(module.functionTypes[function]);
        stack.pop(shape.parameters());
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.call(function);
        }
        stack.push(shape.results());
    }

    private void checkTailCall(Shape callee) {
        if (!Arrays.equals(callee.results(), stack.at(0).shape.results())) {
            throw stack.mismatch();
        }
        if (translator.emitter == null) {
            module.markTailCaller(translator.function());
        }
    }

    void returnCall() {
        line();
        int function = in.index();
        if (function >= module.functionCount) {
            throw in.invalid("unknown function " + function);
        }
        Shape shape = names.shape(module.functionTypes[function]);
        stack.pop(shape.parameters());
        checkTailCall(shape);
        ControlEmitter live = stack.top.dead ? null : translator.controlEmitter;
        if (live != null) {
            live.returnCall(function, translator.function());
        }
        stack.unreachable();
    }

    void returnCallIndirect() {
        line();
        int type = in.index();
        int table = indirectTable(type);
        Shape shape = names.shape(type);
        stack.pop(Validator.I32);
        stack.pop(shape.parameters());
        checkTailCall(shape);
        ControlEmitter live = stack.top.dead ? null : translator.controlEmitter;
        if (live != null) {
            live.returnCallIndirect(type, table);
        }
        stack.unreachable();
    }

    void callIndirect() {
        line();
        int type = in.index();
        int table = indirectTable(type);
        Shape shape = names.shape(type);
        stack.pop(Validator.I32);
        stack.pop(shape.parameters());
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.callIndirect(type, table);
        }
        stack.push(shape.results());
    }

    /** Reads the table of an indirect call; checks it and the type. */
    private int indirectTable(int type) {
        int table = in.index();
        if (table >= module.tables.size()) {
            throw in.invalid("unknown table " + table);
        }
        if (module.tables.get(table).element() != ValueType.FUNCREF) {
            throw stack.mismatch();
        }
        if (type >= module.types.size()) {
            throw in.invalid("unknown type " + type);
        }
        return table;
    }
}
