package tuxloom.engine;

/** Generates a module's context class: its state as fields, and a static method per imported function. */
final class ContextClass {
    private ContextClass() {}

    static byte[] generate(ModuleData module, ModuleCode names) {
        ClassWriter writer =
                new ClassWriter(ClassWriter.PUBLIC | ClassWriter.FINAL, names.context, "tuxloom/engine/Context");
        for (int i = 0; i < module.globals.size(); i++) {
            writer.field(ClassWriter.PUBLIC, "g" + i, names.globalDescriptor(i));
            if (names.isInTwoFields(i)) {
                writer.field(ClassWriter.PUBLIC, "g" + i + "h", "J");
            }
        }
        for (int i = 0; i < module.tables.size(); i++) {
            writer.field(ClassWriter.PUBLIC, "t" + i, "Ltuxloom/engine/Table;");
        }
        for (int i = 0; i < module.tags.size(); i++) {
            writer.field(ClassWriter.PUBLIC, "e" + i, "Ltuxloom/engine/Tag;");
        }
        for (int kind = 0; kind < FunctionEmitter.REFERENCE; kind++) {
            for (int i = 0; i < Outliner.OUTPUTS; i++) {
                writer.field(ClassWriter.PUBLIC, Outliner.outputName(kind, i), Outliner.DESCRIPTORS[kind]);
            }
        }
        for (int i = 0; i < module.importedFunctions; i++) {
            Signature signature = Signatures.of(module.functionType(i));
            String descriptor = "L" + signature.className() + ";";
            writer.field(ClassWriter.PUBLIC, "f" + i, descriptor);
            importStub(writer, module, names, i);
        }
        return writer.toBytes();
    }

    private static void importStub(ClassWriter writer, ModuleData module, ModuleCode names, int function) {
        FunctionType type = module.functionType(function);
        Signature signature = Signatures.of(type);
        Bytecode code = new Bytecode(writer.pool, false);
        int context = type.parameterSlots();
        code.load(FunctionEmitter.REFERENCE, context);
        code.getField(writer.pool.field(names.context, "f" + function, "L" + signature.className() + ";"));
        ClassGenerator.loadParameters(code, type, 0);
        code.load(FunctionEmitter.REFERENCE, context);
        code.invokeVirtual(writer.pool.method(signature.className(), "call", signature.callDescriptor()));
        ClassGenerator.emitReturn(code, type);
        code.limits(context + 4, context + 1);
        writer.method(
                ClassWriter.PUBLIC | ClassWriter.STATIC,
                names.methodName(function),
                names.descriptor(module.functionTypes[function]),
                code);
    }
}
