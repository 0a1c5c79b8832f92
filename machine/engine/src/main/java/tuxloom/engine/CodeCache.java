package tuxloom.engine;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Classes that an earlier process generated ({@link CodeRecorder}) and that are on this process's class path, where the
 * JDK's own cache can have them loaded and linked beforehand. An index file says which they are and holds the modules that
 * they were made from: a module is taken for known only when it is the same, byte for byte, and then need not be validated
 * again. Immutable.
 */
public final class CodeCache {
    static final int MAGIC = 0x54584c32;
    static final int MAXIMUM_NAMES = 100_000;
    static final int MAXIMUM_MODULES = 1_000;
    private static final int CHUNK_BYTES = 256 << 10;

    /** Below it a thread costs more than it gains. */
    private static final int LARGE_BYTES = 2 << 20;

    private static final AtomicInteger GENERATED = new AtomicInteger();
    private static volatile @Nullable CodeCache current;

    private final Path index;
    private final Set<String> shared;
    private final Map<String, List<HostImport>> hosts;
    private final List<Known> modules;

    /**
     * A module whose classes are there.
     *
     * @param packageName of its classes, with a slash at the end
     * @param start where in the index file its bytes begin
     * @param references which functions have a class {@code T<n>}
     * @param called the functions that were called when the module was recorded, in the order of their first calls
     * @param tailCallers which functions make tail calls: what validation would find
     * @param remarks see {@link Module#remember}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Known(
            String packageName,
            int lengthBytes,
            long start,
            BitSet references,
            int[] called,
            BitSet tailCallers,
            Map<String, String> remarks) {}

    /**
     * A method that guests may import.
     *
     * @param type as {@link Signatures#suffix} writes it
     */
    record HostImport(String module, String name, String method, String type) {}

    private CodeCache(Path index, Set<String> shared, Map<String, List<HostImport>> hosts, List<Known> modules) {
        this.index = index;
        this.shared = shared;
        this.hosts = hosts;
        this.modules = modules;
    }

    /**
     * Uses the classes that {@code index} describes, from now on and for the life of this process. To be called before the
     * first module is parsed.
     *
     * @param build the version of engine and host; classes of another one are not used
     * @return whether they are used
     * @throws IOException if the index cannot be read or is damaged
     */
    public static boolean use(Path index, String build) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(index), 1 << 16))) {
            if (in.readInt() != MAGIC) {
                throw new IOException(index + " is no index of generated classes");
            }
            if (!in.readUTF().equals(build)) {
                return false;
            }
            Set<String> shared = new HashSet<>();
            for (int i = count(in, MAXIMUM_NAMES, index); i > 0; i--) {
                shared.add(in.readUTF());
            }
            Map<String, List<HostImport>> hosts = new HashMap<>();
            for (int i = count(in, MAXIMUM_NAMES, index); i > 0; i--) {
                hosts.put(in.readUTF(), hostImports(in, index));
            }
            List<Known> modules = new ArrayList<>();
            long start = in.readLong();
            for (int i = count(in, MAXIMUM_MODULES, index); i > 0; i--) {
                String packageName = in.readUTF();
                int lengthBytes = in.readInt();
                BitSet references = functions(in, index);
                int[] called = new int[count(in, ModuleParser.MAXIMUM_COUNT, index)];
                words(in, called.length * Integer.BYTES).asIntBuffer().get(called);
                BitSet tailCallers = functions(in, index);
                Map<String, String> remarks = new HashMap<>();
                for (int k = count(in, MAXIMUM_NAMES, index); k > 0; k--) {
                    remarks.put(in.readUTF(), in.readUTF());
                }
                modules.add(new Known(packageName, lengthBytes, start, references, called, tailCallers, remarks));
                start += lengthBytes;
            }
            current = new CodeCache(index, shared, hosts, modules);
            return true;
        }
    }

    private static List<HostImport> hostImports(DataInputStream in, Path index) throws IOException {
        List<HostImport> imports = new ArrayList<>();
        for (int i = count(in, MAXIMUM_NAMES, index); i > 0; i--) {
            imports.add(new HostImport(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()));
        }
        return imports;
    }

    private static BitSet functions(DataInputStream in, Path index) throws IOException {
        long[] words = new long[count(in, MAXIMUM_NAMES, index)];
        words(in, words.length * Long.BYTES).asLongBuffer().get(words);
        return BitSet.valueOf(words);
    }

    /** Reads many numbers at once: one by one each takes the JVM's interpreter a microsecond. */
    private static ByteBuffer words(DataInputStream in, int lengthBytes) throws IOException {
        byte[] bytes = new byte[lengthBytes];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static int count(DataInputStream in, int maximum, Path index) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > maximum) {
            throw new IOException(index + " is damaged: a count of " + count);
        }
        return count;
    }

    /**
     * Keeps the classes at hand until this process ends, even if somebody removes the cache: opens the file that has those which
     * nobody has needed yet. Not done at the start, which it would delay.
     */
    public static void hold() {
        CodeCache cache = current;
        if (cache != null && !cache.modules.isEmpty()) {
            var _ = CodeCache.class
                    .getClassLoader()
                    .getResource(cache.modules.getFirst().packageName() + "C.class");
        }
    }

    /**
     * Loads what the recording process needed and this one may not have: no two boots need quite the same. For the process
     * that the JDK's cache is made from.
     */
    public static void loadRecorded() {
        CodeCache cache = current;
        if (cache != null) {
            cache.shared.forEach(name -> load(name.replace('/', '.')));
            for (Known module : cache.modules) {
                String prefix = module.packageName().replace('/', '.');
                module.references().stream().forEach(function -> load(prefix + "T" + function));
                for (int group = 0; group < Math.ceilDiv(module.called().length, ModuleCode.CALLED_GROUP); group++) {
                    load(prefix + "F" + group);
                }
            }
        }
    }

    /** Says whether this process uses classes of an earlier one. */
    public static boolean isUsed() {
        return current != null;
    }

    /** Returns how many classes this process has generated: with everything in the cache, next to none. */
    public static int generatedClasses() {
        return GENERATED.get();
    }

    static void countGenerated() {
        GENERATED.incrementAndGet();
    }

    /** Returns a class of the engine or of the host that does not belong to a module, if an earlier process generated it. */
    static @Nullable Class<?> shared(String internalName) {
        CodeCache cache = current;
        return cache == null || !cache.shared.contains(internalName) ? null : load(internalName.replace('/', '.'));
    }

    /** Returns what an earlier process found that guests may import of a class, or null. */
    static @Nullable List<HostImport> hostImports(String className) {
        CodeCache cache = current;
        return cache == null ? null : cache.hosts.get(className);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, CodeCache.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "the cache of compiled code lacks class " + name + "; remove it with: tuxloom cache clear", e);
        }
    }

    /** A search for what is known about a module; a long one goes on while the caller does something else. */
    static final class Search {
        private final FutureTask<@Nullable Known> task;

        private Search(FutureTask<@Nullable Known> task) {
            this.task = task;
        }

        /** Waits for the end and returns what is known, or null. */
        @Nullable
        Known result() {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return task.get();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    } catch (ExecutionException e) {
                        throw new IllegalStateException(e.getCause());
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /**
     * Looks whether a module is known. Comparing a kernel with what is known takes as long as parsing half of it, so it is done on a thread of
     * its own, which ends by itself.
     *
     * @param wasm nobody may change it
     */
    static Search search(byte[] wasm, boolean interruptible) {
        FutureTask<@Nullable Known> task = new FutureTask<>(() -> find(wasm, interruptible));
        if (current != null && wasm.length >= LARGE_BYTES) {
            Thread.ofPlatform().name("known-code").daemon().start(task);
        } else {
            task.run();
        }
        return new Search(task);
    }

    private static @Nullable Known find(byte[] wasm, boolean interruptible) {
        CodeCache cache = current;
        if (cache == null) {
            return null;
        }
        for (Known known : cache.modules) {
            if (known.packageName.startsWith(CodeRecorder.packageStart(interruptible))
                    && known.lengthBytes == wasm.length
                    && cache.holds(known, wasm)) {
                return known;
            }
        }
        return null;
    }

    /** Compares a piece at a time, so that neither the heap nor the address space holds the module twice. */
    private boolean holds(Known known, byte[] wasm) {
        try (FileChannel file = FileChannel.open(index, StandardOpenOption.READ)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (int at = 0; at < wasm.length; at += chunk.limit()) {
                chunk.clear().limit(Math.min(chunk.capacity(), wasm.length - at));
                while (chunk.hasRemaining()) {
                    if (file.read(chunk, known.start + at + chunk.position()) < 0) {
                        return false;
                    }
                }
                if (!Arrays.equals(chunk.array(), 0, chunk.limit(), wasm, at, at + chunk.limit())) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            // Then the module is compiled as if there were no cache.
            return false;
        }
    }
}
