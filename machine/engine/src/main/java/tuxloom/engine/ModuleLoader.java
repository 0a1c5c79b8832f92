package tuxloom.engine;

/** Defines the generated classes of one module when they are first touched. Goes away with the module. */
final class ModuleLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final ClassGenerator generator;

    ModuleLoader(ClassGenerator generator) {
        super("wasm", ModuleLoader.class.getClassLoader());
        this.generator = generator;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] classFile = generator.generate(name);
        if (classFile == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, classFile, 0, classFile.length);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ClassGenerator.PREFIX)) {
            return super.loadClass(name, resolve);
        }
        // Generated names exist nowhere else: the parents need not be asked.
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    Class<?> load(String name) {
        try {
            return loadClass(name, false);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("generated class " + name, e);
        }
    }
}
