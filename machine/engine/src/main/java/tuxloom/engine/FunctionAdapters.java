package tuxloom.engine;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.internal.misc.Unsafe;

/** Generates implementations of functional interfaces that call a {@link Function} without boxing. */
final class FunctionAdapters {
    private record Key(Class<?> functionalInterface, FunctionType type) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && functionalInterface == key.functionalInterface && type.equals(key.type);
        }

        @Override
        public int hashCode() {
            return 31 * functionalInterface.hashCode() + type.hashCode();
        }
    }

    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final Map<Key, Class<?>> CLASSES = new ConcurrentHashMap<>();
    private static final String OVERFLOW = "java/lang/StackOverflowError";

    private FunctionAdapters() {}

    static <T> T adapt(Function function, Class<T> functionalInterface) {
        Class<?> generated =
                CLASSES.computeIfAbsent(new Key(functionalInterface, function.type()), FunctionAdapters::generate);
        if (generated == functionalInterface) {
            return functionalInterface.cast(boxed(function, functionalInterface));
        }
        try {
            FunctionAdapter adapter = (FunctionAdapter) UNSAFE.allocateInstance(generated);
            adapter.target = function;
            return functionalInterface.cast(adapter);
        } catch (InstantiationException e) {
            throw new IllegalStateException("generated class " + generated, e);
        }
    }

    /** Calls a function of a type that the host asks for only after guests have made it a class of their own. */
    private static Object boxed(Function function, Class<?> functionalInterface) {
        return Proxy.newProxyInstance(
                functionalInterface.getClassLoader(),
                new Class<?>[] {functionalInterface},
                (proxy, method, arguments) -> method.getDeclaringClass() == Object.class
                        ? method.invoke(function, arguments)
                        : function.invoke(arguments == null ? new Object[0] : arguments));
    }

    /** Returns the adapter's class; the interface itself if there cannot be one. */
    private static Class<?> generate(Key key) {
        String name = className(key);
        Class<?> known = CodeCache.shared(name);
        if (known != null) {
            return known;
        }
        Method method = singleMethod(key.functionalInterface());
        if (!typeOf(method).equals(key.type())) {
            throw new IllegalArgumentException(method + " does not fit a function of type " + key.type());
        }
        Signature signature = Signatures.ofHost(key.type());
        if (signature == null) {
            return key.functionalInterface();
        }
        ClassWriter writer = new ClassWriter(
                ClassWriter.FINAL, name, "tuxloom/engine/FunctionAdapter", internalName(key.functionalInterface()));
        writer.method(
                ClassWriter.PUBLIC,
                method.getName(),
                Signatures.descriptor(key.type(), ""),
                body(writer, key.type(), signature));
        byte[] classFile = writer.toBytes();
        CodeRecorder.generated(name, classFile);
        try {
            return lookupFor(key.functionalInterface())
                    .defineHiddenClass(classFile, false)
                    .lookupClass();
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("no access to " + key.functionalInterface(), e);
        }
    }

    /** The adapter is beside its interface, or, for a public interface of another Java module, here. */
    private static String className(Key key) {
        Class<?> neighbour = key.functionalInterface().getModule() == FunctionAdapters.class.getModule()
                ? key.functionalInterface()
                : FunctionAdapters.class;
        return neighbour.getPackageName().replace('.', '/') + "/GuestFunction$"
                + key.functionalInterface().getSimpleName() + "$" + Signatures.suffix(key.type());
    }

    static String internalName(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    private static MethodHandles.Lookup lookupFor(Class<?> functionalInterface) {
        MethodHandles.Lookup own = MethodHandles.lookup();
        if (functionalInterface.getModule() != FunctionAdapters.class.getModule()) {
            return own;
        }
        try {
            return MethodHandles.privateLookupIn(functionalInterface, own);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("no access to " + functionalInterface, e);
        }
    }

    private static Method singleMethod(Class<?> functionalInterface) {
        List<Method> found = new ArrayList<>();
        for (Method method : functionalInterface.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                found.add(method);
            }
        }
        if (!functionalInterface.isInterface() || found.size() != 1) {
            throw new IllegalArgumentException(functionalInterface + " is no interface with one abstract method");
        }
        return found.getFirst();
    }

    /** Returns the wasm type of a Java method. */
    static FunctionType typeOf(Method method) {
        List<ValueType> parameters = new ArrayList<>();
        for (Class<?> parameter : method.getParameterTypes()) {
            parameters.add(typeOf(parameter, method));
        }
        Class<?> result = method.getReturnType();
        return new FunctionType(parameters, result == void.class ? List.of() : List.of(typeOf(result, method)));
    }

    private static ValueType typeOf(Class<?> type, Method method) {
        if (type == int.class) {
            return ValueType.I32;
        } else if (type == long.class) {
            return ValueType.I64;
        } else if (type == float.class) {
            return ValueType.F32;
        } else if (type == double.class) {
            return ValueType.F64;
        }
        throw new IllegalArgumentException(method + " uses " + type + "; only int, long, float and double will do");
    }

    private static Bytecode body(ClassWriter writer, FunctionType type, Signature signature) {
        Bytecode code = new Bytecode(writer.pool, false);
        code.load(4, 0);
        code.getField(writer.pool.field("tuxloom/engine/FunctionAdapter", "target", "Ltuxloom/engine/Function;"));
        code.checkCast(signature.className());
        int slot = 1;
        for (ValueType parameter : type.parameters()) {
            code.loadValue(parameter.number(), slot);
            slot += parameter.slots();
        }
        code.op(Jvm.ACONST_NULL);
        code.invokeVirtual(writer.pool.method(signature.className(), "call", signature.callDescriptor()));
        Signatures.returnResults(code, type);
        Label handler = new Label();
        code.handler(0, code.position(), handler, writer.pool.classRef(OVERFLOW));
        code.bindHandler(handler);
        // The handler needs no locals; parametersEnd was not called, so the frame says that there are none.
        code.stackMap.pushExtra(StackMap.TOP);
        code.stackMap.frame(code.position(), new int[] {StackMap.OBJECT | writer.pool.classRef(OVERFLOW) << 8}, 1);
        code.invokeStatic(writer.pool.method(
                "tuxloom/engine/Trap", "stackExhausted", "(L" + OVERFLOW + ";)Ltuxloom/engine/Trap;"));
        code.op(Jvm.ATHROW);
        code.limits(slot + 3, slot);
        return code;
    }
}
