package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * Defines the generated classes of one module when they are first touched. Goes away with the module. Those that an earlier process
 * generated come from the parent.
 */
final class ModuleLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final ClassGenerator generator;
    private final CodeCache.@Nullable Known known;

    ModuleLoader(ClassGenerator generator, CodeCache.@Nullable Known known) {
        super("wasm", ModuleLoader.class.getClassLoader());
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
            return loadClass(name, false);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("generated class " + name, e);
        }
    }
}
