package tuxloom.engine;

import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The generated classes that modules have in common, one for each function type or list of types, as their names say: {@code S$} a
 * {@linkplain Signatures signature}, {@code H$} functions of the host of a signature, {@code B$} a {@linkplain Bundles bundle}.
 *
 * <p>The first ones, and those that the host asks for, live as long as the engine. As guests decide how many there are, all further
 * ones have a class loader each and go away with the modules that use them. For all threads.
 */
final class SharedClasses {
    static final String PACKAGE = "tuxloom/engine/";

    /** More than the kernel and ordinary programs have together. */
    private static final int MAXIMUM_LASTING = 2_000;

    /** Class loader and class take about that much of the host. */
    static final int TEMPORARY_BYTES = 8 << 10;

    private static final Object LOCK = new Object();
    private static final Set<String> LASTING = new HashSet<>();
    private static final Map<String, WeakReference<Class<?>>> TEMPORARY = new HashMap<>();

    /** When to look which of the temporary ones are gone. */
    private static int nextSweep = 1_000;

    private SharedClasses() {}

    /** Says whether a class, by its binary name, is one of these. */
    static boolean isShared(String name) {
        int kind = PACKAGE.length();
        return name.length() > kind + 1
                && name.charAt(kind + 1) == '$'
                && name.startsWith("tuxloom.engine.")
                && "SHB".indexOf(name.charAt(kind)) >= 0;
    }

    /** Makes a class last if that is still possible, and says whether it does; {@code neighbours} are those that it names. */
    static boolean need(String internalName, String... neighbours) {
        return last(internalName, false, neighbours);
    }

    /** Makes a class last for the host; returns false if a guest has it in a form that does not. */
    static boolean needForHost(String internalName, String... neighbours) {
        return last(internalName, true, neighbours);
    }

    private static boolean last(String internalName, boolean forHost, String... neighbours) {
        synchronized (LOCK) {
            if (LASTING.contains(internalName)) {
                return true;
            }
            boolean known = CodeCache.shared(internalName) != null;
            if (!known && !mayLast(internalName, forHost, neighbours)) {
                return false;
            }
            LASTING.add(internalName);
            if (!known) {
                byte[] classFile = generate(internalName);
                CodeRecorder.generated(internalName, classFile);
                try {
                    var _ = MethodHandles.lookup().defineClass(classFile);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException("the engine may not define classes in its own package", e);
                }
            }
            return true;
        }
    }

    private static boolean mayLast(String internalName, boolean forHost, String... neighbours) {
        // What is written down for later processes is looked for on their class path.
        boolean room = forHost || LASTING.size() < MAXIMUM_LASTING || CodeRecorder.isActive();
        return room && temporary(internalName) == null && LASTING.containsAll(List.of(neighbours));
    }

    private static @Nullable Class<?> temporary(String internalName) {
        WeakReference<Class<?>> known = TEMPORARY.get(internalName);
        return known == null ? null : known.get();
    }

    /** Returns one of the classes that do not last, by its binary name, or null if it is one that does. */
    static @Nullable Class<?> findTemporary(String name) {
        String internalName = name.replace('.', '/');
        synchronized (LOCK) {
            if (LASTING.contains(internalName) || CodeCache.shared(internalName) != null) {
                return null;
            }
            Class<?> known = temporary(internalName);
            if (known == null) {
                sweep();
                known = new Loader().define(name, generate(internalName));
                TEMPORARY.put(internalName, new WeakReference<>(known));
            }
            return known;
        }
    }

    /** Forgets the names of classes that are gone, in constant time for each in the end. */
    private static void sweep() {
        if (TEMPORARY.size() >= nextSweep) {
            TEMPORARY.values().removeIf(reference -> reference.get() == null);
            nextSweep = Math.max(1_000, 2 * TEMPORARY.size());
        }
    }

    /** Returns one of the classes, which exists if the host or a module needs it. */
    static Class<?> get(String internalName) {
        String name = internalName.replace('/', '.');
        Class<?> temporary = findTemporary(name);
        if (temporary != null) {
            return temporary;
        }
        try {
            return Class.forName(name, false, SharedClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("shared class " + name, e);
        }
    }

    private static byte[] generate(String internalName) {
        String suffix = internalName.substring(PACKAGE.length() + 2);
        return switch (internalName.charAt(PACKAGE.length())) {
            case 'S' -> Signatures.generate(internalName, Signatures.ofSuffix(suffix));
            case 'H' -> Signatures.generateBoxedHost(internalName, Signatures.ofSuffix(suffix));
            default -> Bundles.generate(internalName, Signatures.ofLetters(suffix));
        };
    }

    /** A loader of generated classes, which finds the shared ones wherever they are. */
    abstract static class Sharing extends ClassLoader {
        Sharing(String name) {
            super(name, SharedClasses.class.getClassLoader());
        }

        /** Called when a class that does not last is found for this loader. */
        void found(Class<?> temporary) {}

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            Class<?> temporary = isShared(name) ? findTemporary(name) : null;
            if (temporary == null) {
                return super.loadClass(name, resolve);
            }
            found(temporary);
            return temporary;
        }
    }

    private static final class Loader extends Sharing {
        Loader() {
            super("wasm-shared");
        }

        Class<?> define(String name, byte[] classFile) {
            return defineClass(name, classFile, 0, classFile.length);
        }
    }
}
