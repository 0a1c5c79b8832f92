package tuxloom.engine;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
    public record Name(String module, String name) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(Name name, FunctionType type, Method method, Class<?>[] generated) {}

    private static final Map<Class<?>, HostFunctions> ALL = new ConcurrentHashMap<>();

    private final Class<?> type;
    private final MethodHandles.Lookup lookup;
    private final List<Entry> entries = new ArrayList<>();

    private HostFunctions(MethodHandles.Lookup lookup, Class<?> type) {
        this.lookup = lookup;
        this.type = type;
        for (Method method : type.getDeclaredMethods()) {
            WasmImport name = method.getAnnotation(WasmImport.class);
            if (name != null) {
                entries.add(new Entry(
                        new Name(name.module(), name.name()),
                        FunctionAdapters.typeOf(method),
                        method,
                        new Class<?>[1]));
            }
        }
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
        entries.forEach(entry -> types.put(entry.name(), entry.type()));
        return types;
    }

    /** Offers all marked methods of {@code receiver} as imports. */
    public void bind(Object receiver, Imports.Builder into) {
        for (Entry entry : entries) {
            into.add(entry.name().module(), entry.name().name(), function(entry, receiver));
        }
    }

    private Function function(Entry entry, Object receiver) {
        if (!type.isInstance(receiver)) {
            throw new IllegalArgumentException(receiver + " is no " + type);
        }
        Class<?> generated;
        synchronized (entry) {
            generated = entry.generated()[0];
            if (generated == null) {
                generated = generate(entry);
                entry.generated()[0] = generated;
            }
        }
        return Function.make(generated.asSubclass(Function.class), entry.type(), null, receiver);
    }

    private Class<?> generate(Entry entry) {
        Signature signature = Signatures.of(entry.type());
        String owner = FunctionAdapters.internalName(type);
        String name = owner + "$Import$" + entry.method().getName() + "$" + Signatures.suffix(entry.type());
        Class<?> known = CodeCache.shared(name);
        if (known != null) {
            return known;
        }
        ClassWriter writer = new ClassWriter(ClassWriter.FINAL, name, signature.className());
        Bytecode code = new Bytecode(writer.pool, false);
        boolean isStatic = Modifier.isStatic(entry.method().getModifiers());
        if (!isStatic) {
            code.load(4, 0);
            code.getField(writer.pool.field("tuxloom/engine/Function", "receiver", "Ljava/lang/Object;"));
            code.checkCast(owner);
        }
        int slot = 1;
        for (ValueType parameter : entry.type().parameters()) {
            code.loadValue(parameter.number(), slot);
            slot += parameter.slots();
        }
        int target = writer.pool.method(owner, entry.method().getName(), Signatures.descriptor(entry.type(), ""));
        if (isStatic) {
            code.invokeStatic(target);
        } else {
            code.invokeVirtual(target);
        }
        Signatures.returnResults(code, entry.type());
        code.limits(slot + 3, slot + 1);
        writer.method(ClassWriter.PUBLIC, "call", signature.callDescriptor(), code);
        byte[] classFile = writer.toBytes();
        CodeRecorder.generated(name, classFile);
        try {
            return lookup.defineHiddenClass(classFile, false, MethodHandles.Lookup.ClassOption.NESTMATE)
                    .lookupClass();
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("the given lookup may not define classes next to " + type, e);
        }
    }
}
