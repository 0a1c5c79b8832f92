package tuxloom.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Generates one abstract subclass of {@link Function} for each function type; all modules share them ({@link SharedClasses}). */
final class Signatures {
    private static final List<ValueType> VECTOR = List.of(ValueType.V128);
    /** Those whose classes live as long as the engine; there is a limit on them. */
    private static final Map<FunctionType, Signature> LASTING = new ConcurrentHashMap<>();

    private static final String CALL_ELEMENT = "callElement";

    private static final int[] ZEROES = {Jvm.ICONST_0, Jvm.LCONST_0, Jvm.FCONST_0, Jvm.DCONST_0};

    private Signatures() {}

    static Signature of(FunctionType type) {
        Signature known = LASTING.get(type);
        if (known != null) {
            return known;
        }
        Signature signature = named(type);
        if (SharedClasses.need(signature.className(), neighbours(type))) {
            LASTING.put(type, signature);
        }
        return signature;
    }

    /** As {@link #of}, for classes of the host; null if a guest has the class in a form that the host's classes cannot refer to. */
    static @Nullable Signature ofHost(FunctionType type) {
        Signature signature = named(type);
        return SharedClasses.needForHost(signature.className(), neighbours(type)) ? signature : null;
    }

    private static Signature named(FunctionType type) {
        String name = SharedClasses.PACKAGE + "S$" + suffix(type);
        return new Signature(
                name, descriptor(type, Members.CONTEXT_DESCRIPTOR), "(ILtuxloom/engine/Table;)L" + name + ";");
    }

    /** Returns the method that calls an element of a table: parameters, element, table and the caller's context are its own. */
    static int callElement(ConstantPool pool, FunctionType type) {
        return pool.method(of(type).className(), CALL_ELEMENT, callElementDescriptor(type));
    }

    private static String callElementDescriptor(FunctionType type) {
        return descriptor(type, "ILtuxloom/engine/Table;" + Members.CONTEXT_DESCRIPTOR);
    }

    /** What a class of functions of the type names: its bundle of results. */
    private static String[] neighbours(FunctionType type) {
        return isBundled(type.results())
                ? new String[] {Bundles.of(type.results()).className()}
                : new String[0];
    }

    static String letters(List<ValueType> types) {
        StringBuilder letters = new StringBuilder();
        types.forEach(type -> letters.append(type.letter));
        return letters.toString();
    }

    static String parameters(List<ValueType> types) {
        StringBuilder descriptor = new StringBuilder();
        types.forEach(type -> descriptor.append(type.descriptor));
        return descriptor.toString();
    }

    /** Returns the JVM descriptor of a method of a type that takes {@code last} after the parameters. */
    static String descriptor(FunctionType type, String last) {
        List<ValueType> results = type.results();
        String result = results.isEmpty()
                ? "V"
                : isBundled(results) ? "L" + Bundles.of(results).className() + ";" : results.getFirst().descriptor;
        return "(" + parameters(type.parameters()) + last + ")" + result;
    }

    /** The inverse of {@link #suffix}. */
    static FunctionType ofSuffix(String suffix) {
        int dollar = suffix.indexOf('$');
        return new FunctionType(ofLetters(suffix.substring(0, dollar)), ofLetters(suffix.substring(dollar + 1)));
    }

    static List<ValueType> ofLetters(String letters) {
        ValueType[] types = new ValueType[letters.length()];
        for (int i = 0; i < types.length; i++) {
            types[i] = ValueType.ofLetter(letters.charAt(i));
        }
        return List.of(types);
    }

    static String suffix(FunctionType type) {
        return letters(type.parameters()) + "$" + letters(type.results());
    }

    /** Generates the class that all functions of a type extend. */
    static byte[] generate(String name, FunctionType type) {
        Signature signature = named(type);
        String at = signature.atDescriptor();
        String call = signature.callDescriptor();
        ClassWriter writer =
                new ClassWriter(ClassWriter.PUBLIC | ClassWriter.ABSTRACT, name, "tuxloom/engine/Function");
        writer.abstractMethod("call", call);
        writer.method(ClassWriter.PUBLIC | ClassWriter.STATIC, "at", at, finder(writer));
        writer.method(
                ClassWriter.PUBLIC | ClassWriter.STATIC,
                CALL_ELEMENT,
                callElementDescriptor(type),
                elementCall(writer, type, signature));
        writer.method(
                ClassWriter.PUBLIC,
                "callBoxed",
                "([Ljava/lang/Object;)Ljava/lang/Object;",
                boxedCall(writer, type, call));
        return writer.toBytes();
    }

    /** The static method that finds a function of the type in a table: the cast is the check of the type. */
    private static Bytecode finder(ClassWriter writer) {
        Bytecode code = new Bytecode(writer.pool, false);
        int self = writer.pool.classRef(writer.name);
        Label right = new Label();
        code.load(0, 0);
        code.load(4, 1);
        code.invokeStatic(Members.FUNCTION_AT);
        code.store(4, 2);
        code.load(4, 2);
        code.op(Jvm.INSTANCEOF).u2(self);
        code.jumpIf(Jvm.IFNE, right);
        code.invokeStatic(Members.BAD_CALL);
        code.op(Jvm.ATHROW);
        StackMap map = code.stackMap;
        map.fixedLocal(StackMap.INTEGER);
        map.fixedLocal(StackMap.OBJECT | writer.pool.classRef("tuxloom/engine/Table") << 8);
        map.parametersEnd();
        map.fixedLocal(StackMap.OBJECT | writer.pool.classRef("tuxloom/engine/Function") << 8);
        right.bind(code.position(), code.code);
        map.frame(code.position(), new int[0], 0);
        code.load(4, 2);
        code.op(Jvm.CHECKCAST).u2(self);
        code.op(Jvm.ARETURN);
        code.limits(2, 3);
        return code;
    }

    private static Bytecode elementCall(ClassWriter writer, FunctionType type, Signature signature) {
        Bytecode code = new Bytecode(writer.pool, false);
        int index = type.parameterSlots();
        code.load(0, index);
        code.load(FunctionEmitter.REFERENCE, index + 1);
        code.invokeStatic(writer.pool.method(writer.name, "at", signature.atDescriptor()));
        ClassGenerator.loadParameters(code, type, 0);
        code.load(FunctionEmitter.REFERENCE, index + 2);
        code.invokeVirtual(writer.pool.method(writer.name, "call", signature.callDescriptor()));
        ClassGenerator.emitReturn(code, type);
        code.limits(index + 4, index + 3);
        return code;
    }

    private static Bytecode boxedCall(ClassWriter writer, FunctionType type, String call) {
        Bytecode code = new Bytecode(writer.pool, false);
        code.load(4, 0);
        int slots = 0;
        for (int i = 0; i < type.parameters().size(); i++) {
            code.load(4, 1);
            code.pushInt(i);
            code.op(Jvm.AALOAD);
            Boxing.unbox(code, type.parameters().get(i));
            slots += type.parameters().get(i).slots();
        }
        code.op(Jvm.ACONST_NULL);
        code.invokeVirtual(writer.pool.method(writer.name, "call", call));
        if (type.results().isEmpty()) {
            code.op(Jvm.ACONST_NULL);
        } else if (!isBundled(type.results())) {
            Boxing.box(code, type.results().getFirst());
        }
        code.op(Jvm.ARETURN);
        code.limits(slots + 8, 2);
        return code;
    }

    /** Returns the class of functions of a type that call a {@link HostFunction}. */
    static Class<? extends Function> boxedHost(FunctionType type) {
        String name = SharedClasses.PACKAGE + "H$" + suffix(type);
        SharedClasses.need(name, of(type).className());
        return SharedClasses.get(name).asSubclass(Function.class);
    }

    static byte[] generateBoxedHost(String name, FunctionType type) {
        Signature signature = named(type);
        ClassWriter writer = new ClassWriter(ClassWriter.PUBLIC | ClassWriter.FINAL, name, signature.className());
        Bytecode code = new Bytecode(writer.pool, false);
        code.load(4, 0);
        code.pushInt(type.parameters().size());
        code.op(Jvm.ANEWARRAY).u2(writer.pool.classRef("java/lang/Object"));
        int slot = 1;
        for (int i = 0; i < type.parameters().size(); i++) {
            ValueType parameter = type.parameters().get(i);
            code.op(Jvm.DUP);
            code.pushInt(i);
            code.loadValue(parameter.number(), slot);
            Boxing.box(code, parameter);
            code.op(Jvm.AASTORE);
            slot += parameter.slots();
        }
        code.invokeStatic(writer.pool.method(
                "tuxloom/engine/Function",
                "callHost",
                "(Ltuxloom/engine/Function;[Ljava/lang/Object;)[Ljava/lang/Object;"));
        code.store(4, slot + 1);
        int resultSlots = 0;
        for (int i = 0; i < type.results().size(); i++) {
            code.load(4, slot + 1);
            code.pushInt(i);
            code.op(Jvm.AALOAD);
            Boxing.unbox(code, type.results().get(i));
            resultSlots += type.results().get(i).slots();
        }
        returnResults(code, type);
        code.limits(resultSlots + 12, slot + 2);
        writer.method(ClassWriter.PUBLIC, "call", signature.callDescriptor(), code);
        return writer.toBytes();
    }

    /** Says whether functions with these results return them in a {@link Bundle}. */
    static boolean isBundled(List<ValueType> results) {
        return results.size() > 1 || results.equals(VECTOR);
    }

    /** Emits the return of something of the right JVM type that nobody looks at. */
    static void returnZero(Bytecode code, FunctionType type) {
        if (isBundled(type.results())) {
            code.op(Jvm.ACONST_NULL);
        } else if (!type.results().isEmpty()) {
            int kind = FunctionEmitter.kind(type.results().getFirst().number());
            code.op(kind == FunctionEmitter.REFERENCE ? Jvm.ACONST_NULL : ZEROES[kind]);
        }
        ClassGenerator.emitReturn(code, type);
    }

    /** Emits the return from a method of the type, with all results on the stack. */
    static void returnResults(Bytecode code, FunctionType type) {
        if (isBundled(type.results())) {
            Bundles.Type bundle = Bundles.of(type.results());
            code.invokeStatic(code.pool.method(bundle.className(), "of", bundle.factoryDescriptor()));
        }
        ClassGenerator.emitReturn(code, type);
    }
}
