package tuxloom.engine;

import java.util.HashMap;
import java.util.Map;

/** Defines all generated classes of a module once more, to have the JVM verify each of them. */
final class VerifyingLoader extends SharedClasses.Sharing {
    private final Map<String, byte[]> classes;

    private VerifyingLoader(Map<String, byte[]> classes) {
        super("wasm-verify");
        this.classes = classes;
    }

    /**
     * Generates all code of a module and has it verified.
     *
     * @return the number of classes
     * @throws LinkageError if the JVM does not accept one
     */
    static int verify(ModuleData module, ModuleCode names) {
        ClassGenerator generator = new ClassGenerator(module, names);
        Map<String, byte[]> classes = new HashMap<>();
        generator.generateAll(classes);
        for (int function = module.importedFunctions; function < module.functionCount; function++) {
            classes.put(names.packageName + "T" + function, generator.reference(function));
        }
        VerifyingLoader loader = new VerifyingLoader(classes);
        for (String name : classes.keySet()) {
            try {
                // Initialisation, of which there is nothing to do, comes after verification.
                Class.forName(name.replace('/', '.'), true, loader);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("generated class " + name, e);
            }
        }
        return classes.size();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] classFile = classes.get(name.replace('.', '/'));
        if (classFile == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, classFile, 0, classFile.length);
    }
}
