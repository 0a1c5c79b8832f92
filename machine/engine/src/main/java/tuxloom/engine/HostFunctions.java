package tuxloom.engine;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a Java class that guests may import, as marked with {@link WasmImport}. Guests call them directly and
 * unboxed. Immutable; made once per class and bound to as many receivers as there are.
 */
public final class HostFunctions {
    /**
     * The name of an import.
     *
     * @param module first part
     * @param name second part
     */
    public record Name(String module, String name) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name key && module.equals(key.module) && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return 31 * module.hashCode() + name.hashCode();
        }
    }

    /** A marked method. Its generated class is made when it is first called for. */
    static final class Entry {
        final Name name;
        final FunctionType type;
        final String method;

        private volatile @Nullable Class<?> generated;

        private Entry(Name name, FunctionType type, String method) {
            this.name = name;
            this.type = type;
            this.method = method;
        }
    }

    private static final Map<Class<?>, HostFunctions> ALL = new ConcurrentHashMap<>();

    private final Class<?> type;
    private final MethodHandles.Lookup lookup;
    private final Map<Name, Entry> entries = new LinkedHashMap<>();

    private HostFunctions(MethodHandles.Lookup lookup, Class<?> type) {
        this.lookup = lookup;
        this.type = type;
        List<CodeCache.HostImport> known = CodeCache.hostImports(type.getName());
        for (Entry entry : known != null ? recalled(known) : marked(type)) {
            entries.put(entry.name, entry);
        }
        if (known == null) {
            CodeRecorder.hostImports(
                    type.getName(),
                    entries.values().stream()
                            .map(entry -> new CodeCache.HostImport(
                                    entry.name.module(),
                                    entry.name.name(),
                                    entry.method,
                                    Signatures.suffix(entry.type)))
                            .toList());
        }
    }

    private static List<Entry> recalled(List<CodeCache.HostImport> known) {
        List<Entry> entries = new ArrayList<>();
        for (CodeCache.HostImport entry : known) {
            entries.add(new Entry(
                    new Name(entry.module(), entry.name()), Signatures.ofSuffix(entry.type()), entry.method()));
        }
        return entries;
    }

    /** Reading annotations costs a cold JVM 50 ms. */
    private static List<Entry> marked(Class<?> type) {
        List<Entry> entries = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            WasmImport name = method.getAnnotation(WasmImport.class);
            if (name != null) {
                entries.add(new Entry(
                        new Name(name.module(), name.name()), FunctionAdapters.typeOf(method), method.getName()));
            }
        }
        return entries;
    }

    /**
     * Finds the marked methods that a class declares.
     *
     * @param lookup the class's own, so that its methods need not be public
     * @throws IllegalArgumentException if a marked method has a parameter or result that wasm does not know
     */
    public static HostFunctions of(MethodHandles.Lookup lookup, Class<?> type) {
        return ALL.computeIfAbsent(type, t -> new HostFunctions(lookup, t));
    }

    /** Returns names and types of all marked methods. */
    public Map<Name, FunctionType> types() {
        Map<Name, FunctionType> types = new LinkedHashMap<>();
        entries.forEach((name, entry) -> types.put(name, entry.type));
        return types;
    }

    /**
     * Offers all marked methods of {@code receiver} as imports.
     *
     * @throws IllegalArgumentException if it is not of the class
     */
    public void bind(Object receiver, Imports.Builder into) {
        if (!type.isInstance(receiver)) {
            throw new IllegalArgumentException(receiver + " is no " + type);
        }
        into.add(this, receiver);
    }

    @Nullable
    Entry entry(String module, String name) {
        return entries.get(new Name(module, name));
    }

    /** Returns the function that calls a marked method of {@code receiver}. */
    Function function(Entry entry, Object receiver) {
        Class<?> generated = entry.generated;
        if (generated == null) {
            generated = generateOnce(entry);
        }
        if (generated == HostFunction.class) {
            return Function.of(entry.type, boxed(method(entry), receiver));
        }
        return Function.make(generated.asSubclass(Function.class), entry.type, null, receiver);
    }

    private Class<?> generateOnce(Entry entry) {
        synchronized (entry) {
            Class<?> generated = entry.generated;
            if (generated == null) {
                generated = generate(entry);
                entry.generated = generated;
            }
            return generated;
        }
    }

    private Method method(Entry entry) {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(entry.method)
                    && method.isAnnotationPresent(WasmImport.class)
                    && FunctionAdapters.typeOf(method).equals(entry.type)) {
                return method;
            }
        }
        throw new IllegalStateException(type + " has no method " + entry.method);
    }

    /** Calls a method whose type guests have made a class of their own before the host asked for one. */
    private static HostFunction boxed(Method method, Object receiver) {
        method.setAccessible(true);
        return arguments -> {
            try {
                Object result = method.invoke(receiver, arguments);
                return result == null ? new Object[0] : new Object[] {result};
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException thrown) {
                    throw thrown;
                } else if (e.getCause() instanceof Error thrown) {
                    throw thrown;
                }
                throw new IllegalStateException(method + " threw a checked exception", e);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("accessible " + method, e);
            }
        };
    }

    /** Returns the class of functions that call the method; {@link HostFunction} itself if there cannot be one. */
    private Class<?> generate(Entry entry) {
        String owner = FunctionAdapters.internalName(type);
        String name = owner + "$Import$" + entry.method + "$" + Signatures.suffix(entry.type);
        Class<?> known = CodeCache.shared(name);
        if (known != null) {
            return known;
        }
        Signature signature = Signatures.ofHost(entry.type);
        if (signature == null) {
            return HostFunction.class;
        }
        ClassWriter writer = new ClassWriter(ClassWriter.FINAL, name, signature.className());
        Bytecode code = new Bytecode(writer.pool, false);
        Method method = method(entry);
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        if (!isStatic) {
            code.load(4, 0);
            code.getField(writer.pool.field("tuxloom/engine/Function", "receiver", "Ljava/lang/Object;"));
            code.checkCast(owner);
        }
        int slot = 1;
        for (ValueType parameter : entry.type.parameters()) {
            code.loadValue(parameter.number(), slot);
            slot += parameter.slots();
        }
        int target = writer.pool.method(owner, entry.method, Signatures.descriptor(entry.type, ""));
        if (isStatic) {
            code.invokeStatic(target);
        } else {
            code.invokeVirtual(target);
        }
        Signatures.returnResults(code, entry.type);
        code.limits(slot + 3, slot + 1);
        writer.method(ClassWriter.PUBLIC, "call", signature.callDescriptor(), code);
        byte[] classFile = writer.toBytes();
        if (Modifier.isPrivate(method.getModifiers())) {
            // Only a hidden class may be a nest mate: this one is generated each time.
            CodeCache.countGenerated();
        } else {
            CodeRecorder.generated(name, classFile);
        }
        try {
            return lookup.defineHiddenClass(classFile, false, MethodHandles.Lookup.ClassOption.NESTMATE)
                    .lookupClass();
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("the given lookup may not define classes next to " + type, e);
        }
    }
}
