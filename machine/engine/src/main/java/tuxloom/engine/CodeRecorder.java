package tuxloom.engine;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes note of all modules of this process and of the classes that they needed, and writes these down for later processes
 * ({@link CodeCache}). Whoever starts it does so before the first module is parsed. Any thread may report to it.
 */
public final class CodeRecorder {
    private static volatile @Nullable CodeRecorder active;

    private final Map<String, byte[]> shared = new TreeMap<>();
    private final Map<String, List<CodeCache.HostImport>> hosts = new TreeMap<>();
    private final Map<String, Recorded> modules = new TreeMap<>();

    private record Recorded(ModuleCode code, BitSet references, Set<Integer> called, Map<String, String> remarks) {
        /** Returns what has been noted until now. */
        Recorded now() {
            return new Recorded(code, (BitSet) references.clone(), new LinkedHashSet<>(called), new TreeMap<>(remarks));
        }

        /** Returns the functions that were called, in the order of their first calls. */
        int[] calledFunctions() {
            return called.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private CodeRecorder() {}

    /** Starts taking notes, for the rest of this process's life. */
    public static CodeRecorder start() {
        CodeRecorder recorder = new CodeRecorder();
        active = recorder;
        return recorder;
    }

    /** Whether this process takes notes. */
    static boolean isActive() {
        return active != null;
    }

    /** Returns the package for a module's classes: one of its own when they are going to be written down. */
    static String packageFor(ModuleData module) {
        if (active == null) {
            return ModuleCode.PACKAGE;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(module.bytes);
            return packageStart(module.interruptible) + HexFormat.of().formatHex(hash, 0, 8) + "/";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Interruptible code differs from other code of the same module, so its packages do. */
    static String packageStart(boolean interruptible) {
        return ModuleCode.PACKAGE + (interruptible ? "i" : "m");
    }

    static void parsed(ModuleCode code) {
        CodeRecorder recorder = active;
        if (recorder != null) {
            synchronized (recorder) {
                recorder.modules.putIfAbsent(
                        code.packageName, new Recorded(code, new BitSet(), new LinkedHashSet<>(), new TreeMap<>()));
            }
        }
    }

    static void referenced(ModuleCode code, int function) {
        CodeRecorder recorder = active;
        if (recorder != null) {
            synchronized (recorder) {
                Recorded module = recorder.modules.get(code.packageName);
                if (module != null) {
                    module.references.set(function);
                }
            }
        }
    }

    /** Returns how many functions share a class: while notes are taken none, so that those that are called can be told from all others. */
    static int groupSize() {
        return active == null ? ModuleCode.GROUP : 1;
    }

    /** Takes note that a group is called. */
    static void grouped(ModuleCode code, int group) {
        CodeRecorder recorder = active;
        if (recorder != null) {
            synchronized (recorder) {
                Recorded module = recorder.modules.get(code.packageName);
                if (module != null) {
                    for (int function : code.groups().members(group)) {
                        module.called.add(function);
                    }
                }
            }
        }
    }

    static void remarked(ModuleCode code, String key, String value) {
        CodeRecorder recorder = active;
        if (recorder != null) {
            synchronized (recorder) {
                Recorded module = recorder.modules.get(code.packageName);
                if (module != null) {
                    module.remarks.put(key, value);
                }
            }
        }
    }

    static void hostImports(String className, List<CodeCache.HostImport> imports) {
        CodeRecorder recorder = active;
        if (recorder != null) {
            synchronized (recorder) {
                recorder.hosts.put(className, imports);
            }
        }
    }

    static void generated(String internalName, byte[] classFile) {
        CodeCache.countGenerated();
        CodeRecorder recorder = active;
        if (recorder != null) {
            synchronized (recorder) {
                recorder.shared.put(internalName, classFile);
            }
        }
    }

    /**
     * Writes a jar with all classes of all modules seen, generated now as far as nobody has needed them yet, and the index
     * for {@link CodeCache#use}.
     *
     * @param build as for {@link CodeCache#use}
     * @return the number of classes
     */
    public int write(Path jar, Path index, String build) throws IOException {
        Map<String, Recorded> all = new TreeMap<>();
        synchronized (this) {
            modules.forEach((name, module) -> all.put(name, module.now()));
        }
        int count = 0;
        try (ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(jar), 1 << 16))) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Recorded module : all.values()) {
                for (Map.Entry<String, byte[]> entry : classes(module).entrySet()) {
                    add(zip, entry.getKey(), entry.getValue());
                    count++;
                }
            }
            // After the modules: their classes may have needed more of these.
            for (Map.Entry<String, byte[]> entry : sharedNow().entrySet()) {
                add(zip, entry.getKey(), entry.getValue());
                count++;
            }
        }
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(index), 1 << 16)) {
            writeIndex(new DataOutputStream(file), all, build);
        }
        return count;
    }

    private synchronized Map<String, byte[]> sharedNow() {
        return new TreeMap<>(shared);
    }

    private static Map<String, byte[]> classes(Recorded module) {
        ModuleData data = module.code.module;
        ClassGenerator generator = new ClassGenerator(data, module.code.recorded(module.calledFunctions()));
        Map<String, byte[]> classes = new TreeMap<>();
        generator.generateAll(classes);
        module.references.stream()
                .forEach(function ->
                        classes.put(module.code.packageName + "T" + function, generator.reference(function)));
        return classes;
    }

    private static void add(ZipOutputStream zip, String internalName, byte[] classFile) throws IOException {
        ZipEntry entry = new ZipEntry(internalName + ".class");
        CRC32 crc = new CRC32();
        crc.update(classFile);
        entry.setCrc(crc.getValue());
        entry.setSize(classFile.length);
        entry.setCompressedSize(classFile.length);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(classFile);
        zip.closeEntry();
    }

    private synchronized void writeHosts(DataOutputStream out) throws IOException {
        out.writeInt(hosts.size());
        for (Map.Entry<String, List<CodeCache.HostImport>> host : hosts.entrySet()) {
            out.writeUTF(host.getKey());
            out.writeInt(host.getValue().size());
            for (CodeCache.HostImport entry : host.getValue()) {
                out.writeUTF(entry.module());
                out.writeUTF(entry.name());
                out.writeUTF(entry.method());
                out.writeUTF(entry.type());
            }
        }
    }

    private static BitSet tailCallers(ModuleData module) {
        BitSet tailCallers = new BitSet();
        for (int function = module.importedFunctions; function < module.functionCount; function++) {
            tailCallers.set(function, module.isTailCaller(function));
        }
        return tailCallers;
    }

    private static void writeFunctions(DataOutputStream out, BitSet functions) throws IOException {
        long[] words = functions.toLongArray();
        out.writeInt(words.length);
        for (long word : words) {
            out.writeLong(word);
        }
    }

    private void writeIndex(DataOutputStream out, Map<String, Recorded> all, String build) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        DataOutputStream header = new DataOutputStream(bytes);
        header.writeInt(all.size());
        for (Recorded module : all.values()) {
            header.writeUTF(module.code.packageName);
            header.writeInt(module.code.module.bytes.length);
            writeFunctions(header, module.references);
            int[] called = module.calledFunctions();
            header.writeInt(called.length);
            for (int function : called) {
                header.writeInt(function);
            }
            writeFunctions(header, tailCallers(module.code.module));
            header.writeInt(module.remarks.size());
            for (Map.Entry<String, String> remark : module.remarks.entrySet()) {
                header.writeUTF(remark.getKey());
                header.writeUTF(remark.getValue());
            }
        }
        out.writeInt(CodeCache.MAGIC);
        out.writeUTF(build);
        Map<String, byte[]> names = sharedNow();
        out.writeInt(names.size());
        for (String name : names.keySet()) {
            out.writeUTF(name);
        }
        writeHosts(out);
        out.writeLong(out.size() + (long) Long.BYTES + bytes.size());
        bytes.writeTo(out);
        for (Recorded module : all.values()) {
            out.write(module.code.module.bytes);
        }
        out.flush();
    }
}
