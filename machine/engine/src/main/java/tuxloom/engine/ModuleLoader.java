package tuxloom.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Defines the generated classes of one module when they are first touched. Goes away with the module. Those that an earlier process
 * generated come from the parent.
 */
final class ModuleLoader extends SharedClasses.Sharing {
    static {
        registerAsParallelCapable();
    }

    private static final AtomicInteger LOADERS = new AtomicInteger();

    private final ClassGenerator generator;
    private final CodeCache.@Nullable Known known;

    /** Shared classes that this module keeps alive. */
    private final Set<Class<?>> temporaries = ConcurrentHashMap.newKeySet();

    ModuleLoader(ClassGenerator generator, CodeCache.@Nullable Known known) {
        // The name tells the classes of modules apart in stack traces and profiles.
        super("wasm-" + LOADERS.incrementAndGet());
        this.generator = generator;
        this.known = known;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] classFile = generator.generate(name);
        if (classFile == null) {
            throw new ClassNotFoundException(name);
        }
        CodeCache.countGenerated();
        return defineClass(name, classFile, 0, classFile.length);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(generator.prefix) || isKnown(name)) {
            return super.loadClass(name, resolve);
        }
        // Generated names exist nowhere else: the parents need not be asked.
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    void found(Class<?> temporary) {
        if (temporaries.add(temporary)) {
            generator.charge(SharedClasses.TEMPORARY_BYTES);
        }
    }

    private boolean isKnown(String name) {
        if (known == null) {
            return false;
        }
        int simple = generator.prefix.length();
        return name.charAt(simple) != 'T'
                || known.references().get(Integer.parseInt(name, simple + 1, name.length(), 10));
    }

    /** Returns a class by the last part of its name. */
    Class<?> load(String simpleName) {
        String name = generator.prefix + simpleName;
        try {
            // The JVM finds what it has loaded before by itself, and asks class loaders, which take locks, only for the
            // rest.
            return isKnown(name) ? Class.forName(name, false, getParent()) : loadClass(name, false);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("generated class " + name, e);
        }
    }

    /** Says whether a stack frame's method belongs to the module. */
    boolean owns(StackTraceElement frame) {
        String name = frame.getClassName();
        return known != null ? name.startsWith(generator.prefix) : getName().equals(frame.getClassLoaderName());
    }
}
