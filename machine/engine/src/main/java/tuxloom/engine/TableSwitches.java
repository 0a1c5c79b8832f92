package tuxloom.engine;

import java.util.Map;

/**
 * Generates what indirect calls through table 0 call: for each function type a class {@code S<type>} with a method that finds the
 * function's number in the table and switches over it, if the type has more than {@link TableNumbers#BLOCK} functions to a class
 * {@code B<block>} that goes on. That takes fewer dependent loads than a call of an object does, and the JIT can inline each function.
 */
final class TableSwitches {
    static final String METHOD = "call";

    /** Of inner {@link Switches}. */
    private static final int CASE_BITS = 3;

    private final ModuleData module;
    private final ModuleCode names;
    private final TableNumbers numbers;

    TableSwitches(ModuleCode names) {
        module = names.module;
        this.names = names;
        numbers = names.tableNumbers();
    }

    /** Generates all classes, by internal name. */
    void generateAll(Map<String, byte[]> classes) {
        for (int type = 0; type < module.types.size(); type++) {
            if (numbers.has(type) && numbers.canonical(type) == type) {
                classes.put(names.packageName + "S" + type, ofType(type));
                for (int i = 0; i < blocks(type); i++) {
                    int block = (numbers.first(type) >> TableNumbers.BLOCK_BITS) + i;
                    classes.put(names.packageName + "B" + block, ofBlock(block));
                }
            }
        }
    }

    /** Returns how many classes the functions of a type have beside that of the type. */
    private int blocks(int type) {
        int count = numbers.count(type);
        return count > TableNumbers.BLOCK ? Math.ceilDiv(count, TableNumbers.BLOCK) : 0;
    }

    /** Generates {@code S<type>}: parameters, the element's index and the context are the method's parameters. */
    byte[] ofType(int type) {
        ClassWriter writer = writer("S" + type);
        FunctionType signature = module.types.get(type);
        Bytecode code = new Bytecode(writer.pool, false);
        int index = parameterFrame(code, signature);
        int number = index + 2;
        code.load(0, index);
        loadTable(code, index + 1);
        code.invokeStatic(Members.NUMBER_AT);
        code.store(0, number);
        code.stackMap.fixedLocal(StackMap.INTEGER);
        int first = numbers.first(type);
        int count = numbers.count(type);
        Label otherwise = new Label();
        if (blocks(type) == 0) {
            callFunctions(code, signature, number, index + 1, first, count, otherwise);
        } else {
            int firstBlock = first >> TableNumbers.BLOCK_BITS;
            Label[] labels = Switches.labels(blocks(type));
            Switches.select(code, number, TableNumbers.BLOCK_BITS, CASE_BITS, firstBlock, labels, otherwise);
            for (int i = 0; i < labels.length; i++) {
                Switches.bind(code, labels[i]);
                ClassGenerator.loadParameters(code, signature, 0);
                code.load(0, number);
                code.load(FunctionEmitter.REFERENCE, index + 1);
                code.invokeStatic(writer.pool.method(
                        names.packageName + "B" + (firstBlock + i), METHOD, names.switchDescriptor(type)));
                ClassGenerator.emitReturn(code, signature);
            }
        }
        Switches.bind(code, otherwise);
        ClassGenerator.loadParameters(code, signature, 0);
        code.load(0, index);
        loadTable(code, index + 1);
        code.load(FunctionEmitter.REFERENCE, index + 1);
        code.invokeStatic(Signatures.callElement(code.pool, signature));
        ClassGenerator.emitReturn(code, signature);
        code.limits(index + 6, index + 3);
        writer.method(ClassWriter.PUBLIC | ClassWriter.STATIC, METHOD, names.switchDescriptor(type), code);
        return writer.toBytes();
    }

    /** Generates {@code B<block>}: parameters, the function's number and the context are the method's parameters. */
    byte[] ofBlock(int block) {
        ClassWriter writer = writer("B" + block);
        int first = block << TableNumbers.BLOCK_BITS;
        int type = module.functionTypes[numbers.function(first)];
        FunctionType signature = module.types.get(type);
        int count = Math.min(TableNumbers.BLOCK, numbers.first(type) + numbers.count(type) - first);
        Bytecode code = new Bytecode(writer.pool, false);
        int number = parameterFrame(code, signature);
        Label never = new Label();
        callFunctions(code, signature, number, number + 1, first, count, never);
        Switches.bind(code, never);
        code.op(Jvm.ACONST_NULL).op(Jvm.ATHROW);
        code.limits(number + 6, number + 2);
        writer.method(ClassWriter.PUBLIC | ClassWriter.STATIC, METHOD, names.switchDescriptor(type), code);
        return writer.toBytes();
    }

    private void callFunctions(
            Bytecode code, FunctionType signature, int number, int context, int first, int count, Label otherwise) {
        Label[] labels = Switches.labels(count);
        Switches.select(code, number, 0, CASE_BITS, first, labels, otherwise);
        for (int i = 0; i < count; i++) {
            Switches.bind(code, labels[i]);
            ClassGenerator.loadParameters(code, signature, 0);
            code.load(FunctionEmitter.REFERENCE, context);
            code.invokeStatic(names.methodRef(code.pool, numbers.function(first + i)));
            ClassGenerator.emitReturn(code, signature);
        }
    }

    private ClassWriter writer(String simpleName) {
        return new ClassWriter(
                ClassWriter.PUBLIC | ClassWriter.FINAL, names.packageName + simpleName, "java/lang/Object");
    }

    /** Tells the verifier of the parameters; returns the slot of the number after them. */
    private int parameterFrame(Bytecode code, FunctionType signature) {
        StackMap map = code.stackMap;
        for (ValueType parameter : signature.parameters()) {
            LargeDispatcher.fixedLocal(code, parameter);
        }
        map.fixedLocal(StackMap.INTEGER);
        map.fixedLocal(StackMap.OBJECT | code.pool.classRef(names.context) << 8);
        map.parametersEnd();
        return signature.parameterSlots();
    }

    private void loadTable(Bytecode code, int context) {
        code.load(FunctionEmitter.REFERENCE, context);
        code.getField(names.tableRef(code.pool, 0));
    }
}
