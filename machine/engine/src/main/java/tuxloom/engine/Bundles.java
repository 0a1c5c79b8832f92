package tuxloom.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Generates one subclass of {@link Bundle} for each list of types; it has fields {@code v0}, {@code v1} and so on. */
final class Bundles {
    /** Those whose classes live as long as the engine; there is a limit on them. */
    private static final Map<List<ValueType>, Type> LASTING = new ConcurrentHashMap<>();

    /**
     * A generated class.
     *
     * @param className internal name
     * @param factoryDescriptor of its static method {@code of}, which takes all values
     */
    record Type(String className, String factoryDescriptor) {}

    private Bundles() {}

    static Type of(List<ValueType> types) {
        Type known = LASTING.get(types);
        if (known != null) {
            return known;
        }
        String name = SharedClasses.PACKAGE + "B$" + Signatures.letters(types);
        Type bundle = new Type(name, factory(name, types));
        if (SharedClasses.need(name)) {
            LASTING.put(List.copyOf(types), bundle);
        }
        return bundle;
    }

    private static String factory(String name, List<ValueType> types) {
        return "(" + Signatures.parameters(types) + ")L" + name + ";";
    }

    static byte[] generate(String name, List<ValueType> types) {
        String factory = factory(name, types);
        ClassWriter writer = new ClassWriter(ClassWriter.PUBLIC | ClassWriter.FINAL, name, "tuxloom/engine/Bundle");
        for (int i = 0; i < types.size(); i++) {
            boolean vector = types.get(i) == ValueType.V128;
            writer.field(ClassWriter.PUBLIC, "v" + i, vector ? "J" : types.get(i).descriptor);
            if (vector) {
                writer.field(ClassWriter.PUBLIC, "v" + i + "h", "J");
            }
        }
        Bytecode constructor = new Bytecode(writer.pool, false);
        constructor.load(4, 0);
        constructor.invokeSpecial(writer.pool.method("tuxloom/engine/Bundle", "<init>", "()V"));
        constructor.op(Jvm.RETURN);
        constructor.limits(1, 1);
        writer.method(0, "<init>", "()V", constructor);
        writer.method(ClassWriter.PUBLIC | ClassWriter.STATIC, "of", factory, factory(writer, types));
        writer.method(ClassWriter.PUBLIC, "toArray", "()[Ljava/lang/Object;", toArray(writer, types));
        return writer.toBytes();
    }

    private static Bytecode factory(ClassWriter writer, List<ValueType> types) {
        Bytecode code = new Bytecode(writer.pool, false);
        int slots = types.stream().mapToInt(ValueType::slots).sum();
        code.op(Jvm.NEW).u2(writer.pool.classRef(writer.name));
        code.op(Jvm.DUP);
        code.invokeSpecial(writer.pool.method(writer.name, "<init>", "()V"));
        code.store(4, slots);
        int slot = 0;
        for (int i = 0; i < types.size(); i++) {
            ValueType type = types.get(i);
            boolean vector = type == ValueType.V128;
            code.load(4, slots);
            code.load(FunctionEmitter.kind(type.number()), slot);
            code.putField(writer.pool.field(writer.name, "v" + i, vector ? "J" : type.descriptor));
            if (vector) {
                code.load(4, slots);
                code.load(1, slot + 2);
                code.putField(writer.pool.field(writer.name, "v" + i + "h", "J"));
            }
            slot += type.slots();
        }
        code.load(4, slots);
        code.op(Jvm.ARETURN);
        code.limits(4, slots + 1);
        return code;
    }

    /** Emits the load of a value from the bundle in a local. */
    static void loadField(Bytecode code, Type bundle, ValueType type, int index, int slot) {
        loadField(code, bundle.className(), type, index, slot);
    }

    private static void loadField(Bytecode code, String className, ValueType type, int index, int slot) {
        boolean vector = type == ValueType.V128;
        code.load(FunctionEmitter.REFERENCE, slot);
        code.getField(code.pool.field(className, "v" + index, vector ? "J" : type.descriptor));
        if (vector) {
            code.load(FunctionEmitter.REFERENCE, slot);
            code.getField(code.pool.field(className, "v" + index + "h", "J"));
        }
    }

    private static Bytecode toArray(ClassWriter writer, List<ValueType> types) {
        Bytecode code = new Bytecode(writer.pool, false);
        code.pushInt(types.size());
        code.op(Jvm.ANEWARRAY).u2(writer.pool.classRef("java/lang/Object"));
        for (int i = 0; i < types.size(); i++) {
            code.op(Jvm.DUP);
            code.pushInt(i);
            loadField(code, writer.name, types.get(i), i, 0);
            Boxing.box(code, types.get(i));
            code.op(Jvm.AASTORE);
        }
        code.op(Jvm.ARETURN);
        code.limits(8, 1);
        return code;
    }
}
