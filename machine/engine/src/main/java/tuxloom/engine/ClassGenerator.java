package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Generates the classes of a module by name: {@code F<n>} with a group of functions, {@code X<n>} with one function that
 * is too large to share a class, {@code T<n>} with the reference to a function, {@code S<n>} and {@code B<n>} with the functions of a
 * type in a table, and the context class {@code C}.
 */
final class ClassGenerator {
    /** Between a function's name and the number of a loop in the names of methods. */
    private static final String LOOP_MARK = LargeFunction.PART_MARK + "loop";

    /** A class with more constants than this takes no further function. */
    private static final int FULL_POOL = 40_000;

    /** Some wasm makes hundreds of times as many bytes of classes; a module gets this many, and so many for each byte of code. */
    private static final long BASE_BYTES = 16 << 20;

    private static final long BYTES_PER_CODE_BYTE = 64;

    /** How much a module takes of its machine's budget at a time. */
    private static final long LEASE_STEP_BYTES = 64 << 10;

    private final ModuleData module;
    private final ModuleCode names;

    /** What the names of all classes of the module begin with. */
    final String prefix;

    /** Classes that were generated along with another one. */
    private final Map<String, byte[]> ready = new ConcurrentHashMap<>();

    /** Of code generated so far. */
    private final AtomicLong generatedBytes = new AtomicLong();

    /** Of class files handed out. */
    private final AtomicLong chargedBytes = new AtomicLong();

    private final long maximumBytes;

    /** What the code takes of its machine's budget. */
    private final HostBudget.Lease lease;

    /** Translators are reused, by one thread at a time. */
    private final ConcurrentLinkedQueue<FunctionTranslator> translators = new ConcurrentLinkedQueue<>();

    ClassGenerator(ModuleData module, ModuleCode names) {
        this.module = module;
        this.names = names;
        prefix = names.packageName.replace('/', '.');
        long codeBytes = 0;
        for (int i = 0; i < module.bodyStart.length; i++) {
            codeBytes += module.bodyEnd[i] - module.bodyStart[i];
        }
        maximumBytes = BASE_BYTES + BYTES_PER_CODE_BYTE * codeBytes;
        lease = module.budget.codeFor(module);
    }

    /**
     * Returns the class file for a name like {@code tuxloom.guest.F12}, or null if there is no such class.
     *
     * @throws Trap if the machine's budget is used up; another attempt may be luckier
     */
    byte @Nullable [] generate(String name) {
        if (!name.startsWith(prefix)) {
            return null;
        }
        byte[] file = generateNow(name);
        if (file != null) {
            charge(file.length);
        }
        return file;
    }

    /** Takes bytes from the machine's budget for as long as the module lives. */
    void charge(long bytes) {
        long total = chargedBytes.addAndGet(bytes);
        if (total > lease.bytes() && !lease.resize(total + LEASE_STEP_BYTES)) {
            chargedBytes.addAndGet(-bytes);
            throw new Trap(Trap.Kind.UNREACHABLE, "the machine's programs have too much code for this host");
        }
    }

    private byte @Nullable [] generateNow(String name) {
        String simple = name.substring(prefix.length());
        if (simple.equals("C")) {
            return ContextClass.generate(module, names);
        }
        byte[] generated = ready.remove(name);
        if (generated != null) {
            return generated;
        }
        int number = Integer.parseInt(simple, 1, simple.length(), 10);
        return switch (simple.charAt(0)) {
            case 'F' -> {
                CodeRecorder.grouped(names, number);
                yield group(number, new ArrayList<>());
            }
            case 'X' -> single(number);
            case 'T' -> reference(number);
            case 'S' -> switches().ofType(number);
            case 'B' -> switches().ofBlock(number);
            default -> null;
        };
    }

    /** Generates all classes but references, by internal name. */
    void generateAll(Map<String, byte[]> classes) {
        classes.put(names.context, ContextClass.generate(module, names));
        switches().generateAll(classes);
        List<Integer> forwarded = new ArrayList<>();
        for (int i = 0; i < names.groups().count(); i++) {
            classes.put(names.packageName + "F" + i, group(i, forwarded));
        }
        for (int function : forwarded) {
            classes.put(names.packageName + "X" + function, single(function));
            ready.forEach((name, file) -> classes.put(name.replace('.', '/'), file));
            ready.clear();
        }
    }

    private TableSwitches switches() {
        return new TableSwitches(names);
    }

    /** @param forwarded gets the functions that have a class of their own */
    private byte[] group(int group, List<Integer> forwarded) {
        ClassWriter writer = new ClassWriter(
                ClassWriter.PUBLIC | ClassWriter.FINAL, names.packageName + "F" + group, "java/lang/Object");
        for (int function : names.groups().members(group)) {
            if (writer.pool.count() > FULL_POOL || !compile(writer, function)) {
                forward(writer, function);
                forwarded.add(function);
            }
            if (module.isTailCaller(function)) {
                writer.method(
                        access(),
                        names.methodName(function),
                        names.descriptor(module.functionTypes[function]),
                        TailCallMethods.entry(writer.pool, names, function));
            }
        }
        return writer.toBytes();
    }

    /** Generates a method that calls the function's real one in a class of its own. */
    private void forward(ClassWriter writer, int function) {
        int type = module.functionTypes[function];
        Bytecode code = new Bytecode(writer.pool, false);
        int slots = loadParameters(code, module.types.get(type), 0);
        code.load(FunctionEmitter.REFERENCE, slots);
        code.invokeStatic(writer.pool.method(
                names.packageName + "X" + function, names.bodyName(function), names.descriptor(type)));
        emitReturn(code, module.types.get(type));
        code.limits(slots + 3, slots + 1);
        writer.method(access(), names.bodyName(function), names.descriptor(type), code);
    }

    private static int access() {
        return ClassWriter.PUBLIC | ClassWriter.STATIC;
    }

    static int loadParameters(Bytecode code, FunctionType type, int first) {
        int slot = first;
        for (ValueType parameter : type.parameters()) {
            code.loadValue(parameter.number(), slot);
            slot += parameter.slots();
        }
        return slot;
    }

    /** Returns what a called method of the same result type returned. */
    static void emitReturn(Bytecode code, FunctionType type) {
        List<ValueType> results = type.results();
        if (results.isEmpty()) {
            code.op(Jvm.RETURN);
        } else {
            code.op(
                    Signatures.isBundled(results)
                            ? Jvm.ARETURN
                            : Jvm.IRETURN
                                    + FunctionEmitter.kind(results.getFirst().number()));
        }
    }

    private byte[] single(int function) {
        String name = names.packageName + "X" + function;
        int access = ClassWriter.PUBLIC | ClassWriter.FINAL;
        ClassWriter writer = new ClassWriter(access, name, "java/lang/Object");
        if (compile(writer, function)) {
            return writer.toBytes();
        }
        byte[] divided = divide(function, name);
        if (divided != null) {
            return divided;
        }
        writer = new ClassWriter(access, name, "java/lang/Object");
        refuse(writer, function);
        return writer.toBytes();
    }

    /** Generates several methods for a function; returns the class that begins it, or null if that does not help. */
    private byte @Nullable [] divide(int function, String name) {
        FunctionTranslator translator = takeTranslator();
        // A compilation that ended because the code was too large has not seen all loops.
        OutlineScan scan = translator.scan(function);
        Set<Integer> dispatching = Set.copyOf(translator.dispatchingLoops);
        List<OutlineRegion> loops = module.isTailCaller(function)
                ? List.of()
                : OutlinePlan.loops(scan, translator.locals, Outliner.mayReturn(module.functionType(function)));
        translators.add(translator);
        byte[] divided = divide(function, name, dispatching, loops);
        return divided != null || dispatching.isEmpty() ? divided : divide(function, name, Set.of(), loops);
    }

    private byte @Nullable [] divide(
            int function, String name, Set<Integer> dispatchingLoops, List<OutlineRegion> loops) {
        LargeFunction large = new LargeFunction(names, function, name, dispatchingLoops);
        Outliner outliner = new Outliner(
                names, names.methodName(function) + LOOP_MARK, module.functionType(function), large::writer, loops);
        FunctionTranslator translator = takeTranslator();
        try {
            if (generatedBytes.get() > maximumBytes) {
                throw new ClassTooLargeException("module");
            }
            translator.compile(function, large, outliner);
            outliner.addMethods();
            Map<String, byte[]> parts = large.partClasses();
            byte[] main = large.mainClass();
            parts.values().forEach(part -> generatedBytes.addAndGet(part.length));
            ready.putAll(parts);
            return main;
        } catch (ClassTooLargeException e) {
            return null;
        } finally {
            translators.add(translator);
        }
    }

    private FunctionTranslator takeTranslator() {
        FunctionTranslator translator = translators.poll();
        return translator != null ? translator : new FunctionTranslator(module, names);
    }

    /** Generates a method that traps, for a function beyond all limits. */
    private void refuse(ClassWriter writer, int function) {
        Bytecode code = new Bytecode(writer.pool, false);
        code.pushInt(function);
        code.load(
                FunctionEmitter.REFERENCE,
                loadParameters(new Bytecode(writer.pool, false), module.functionType(function), 0));
        code.invokeStatic(writer.pool.method(
                "tuxloom/engine/ContextOperations",
                "tooLarge",
                "(I" + Members.CONTEXT_DESCRIPTOR + ")Ltuxloom/engine/Trap;"));
        code.op(Jvm.ATHROW);
        code.limits(2, 255);
        writer.method(access(), names.bodyName(function), names.descriptor(module.functionTypes[function]), code);
    }

    /** What became of a function that was to be one method, or one and its regions. */
    private enum Outcome {
        COMPILED,
        TOO_LARGE,
        BETTER_DIVIDED
    }

    private boolean compile(ClassWriter writer, int function) {
        Outcome outcome = compile(writer, function, false);
        if (outcome == Outcome.TOO_LARGE) {
            outcome = outline(writer, function);
        }
        return outcome == Outcome.COMPILED
                || (outcome == Outcome.TOO_LARGE && compile(writer, function, true) == Outcome.COMPILED);
    }

    private Outcome outline(ClassWriter writer, int function) {
        FunctionTranslator translator = takeTranslator();
        try {
            OutlineScan scan = translator.scan(function);
            if (Interpreters.is(scan)) {
                return Outcome.BETTER_DIVIDED;
            }
            return outline(writer, function, translator, scan) ? Outcome.COMPILED : Outcome.TOO_LARGE;
        } finally {
            translators.add(translator);
        }
    }

    /** Generates a large function as a method that calls others with regions of it; false if that is impossible. */
    private boolean outline(ClassWriter writer, int function, FunctionTranslator translator, OutlineScan scan) {
        if (module.isTailCaller(function)) {
            return false;
        }
        FunctionType type = module.functionType(function);
        List<OutlineRegion> regions = OutlinePlan.regions(scan, translator.locals, Outliner.mayReturn(type));
        if (regions.isEmpty()) {
            return false;
        }
        try {
            Outliner outliner = new Outliner(
                    names, names.methodName(function) + LargeFunction.PART_MARK, type, () -> writer, regions);
            Bytecode code = new Bytecode(writer.pool, false);
            translator.compile(function, code, outliner);
            writer.method(access(), names.methodName(function), names.descriptor(module.functionTypes[function]), code);
            outliner.addMethods();
            return true;
        } catch (ClassTooLargeException e) {
            return false;
        }
    }

    private Outcome compile(ClassWriter writer, int function, boolean wideJumps) {
        FunctionTranslator translator = takeTranslator();
        try {
            if (generatedBytes.get() > maximumBytes) {
                throw new ClassTooLargeException("module");
            }
            Bytecode code = new Bytecode(writer.pool, wideJumps);
            translator.compile(function, code);
            generatedBytes.addAndGet(code.position());
            boolean isLarge = code.position() > Outliner.LARGE_BYTES;
            if (isLarge || !translator.dispatchingLoops.isEmpty()) {
                OutlineScan scan = translator.scan(function);
                if (Interpreters.is(scan)) {
                    return Outcome.BETTER_DIVIDED;
                }
                if (isLarge && outline(writer, function, translator, scan)) {
                    return Outcome.COMPILED;
                }
            }
            writer.method(access(), names.bodyName(function), names.descriptor(module.functionTypes[function]), code);
            return Outcome.COMPILED;
        } catch (ClassTooLargeException e) {
            return Outcome.TOO_LARGE;
        } finally {
            translators.add(translator);
        }
    }

    /** Generates the class of references to a function; the objects are made without constructor. */
    byte[] reference(int function) {
        FunctionType type = module.functionType(function);
        Signature signature = Signatures.of(type);
        ClassWriter writer = new ClassWriter(
                ClassWriter.PUBLIC | ClassWriter.FINAL, names.packageName + "T" + function, signature.className());
        Bytecode code = new Bytecode(writer.pool, false);
        int slots = loadParameters(code, type, 1);
        code.load(FunctionEmitter.REFERENCE, 0);
        code.load(FunctionEmitter.REFERENCE, slots);
        code.invokeStatic(Members.CALLER_CONTEXT);
        code.checkCast(names.context);
        code.invokeStatic(names.methodRef(writer.pool, function));
        emitReturn(code, type);
        code.limits(slots + 4, slots + 1);
        writer.method(ClassWriter.PUBLIC, "call", signature.callDescriptor(), code);
        if (module.usesTailCalls) {
            writer.method(
                    ClassWriter.PUBLIC,
                    "resume",
                    "(Ltuxloom/engine/Bundle;Ltuxloom/engine/Context;)Ljava/lang/Object;",
                    TailCallMethods.resume(writer.pool, names, function));
        }
        return writer.toBytes();
    }
}
