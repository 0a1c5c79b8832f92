package tuxloom.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A WebAssembly module, checked and ready to be instantiated. Immutable; shared by instances and threads. Its code is
 * compiled when it is first called, some functions at a time.
 */
public final class Module {
    private final ModuleData data;
    private final NameSection nameSection;
    private final ModuleClasses classes;
    private final BranchTables branchTables;
    private final ModuleCode names;
    private final Map<String, String> remarks;
    private final boolean isKnown;

    /** Where the imports of the last instance came from; most likely those of the next one do, too. */
    private volatile @Nullable ImportPlan importPlan;

    private Module(ModuleData data, CodeCache.@Nullable Known known) {
        this.data = data;
        nameSection = new NameSection(data);
        names = known == null
                ? new ModuleCode(data, nameSection, CodeRecorder.packageFor(data), new int[0], CodeRecorder.groupSize())
                : new ModuleCode(data, nameSection, known.packageName(), known.called(), ModuleCode.GROUP);
        if (known == null) {
            ModuleValidator.validate(data, names);
            CodeRecorder.parsed(names);
        } else {
            known.tailCallers().stream().forEach(data::markTailCaller);
        }
        isKnown = known != null;
        remarks = known == null ? Map.of() : known.remarks();
        classes = new ModuleClasses(this, names, known);
        branchTables = new BranchTables(data.bytes);
    }

    /**
     * Reads and checks a module.
     *
     * @param wasm the module in the binary format; copied
     * @throws InvalidModuleException if it is malformed, invalid, or uses what the engine does not offer
     */
    public static Module parse(byte[] wasm) {
        return parse(wasm.clone(), false, HostBudget.unlimited());
    }

    /**
     * Reads and checks a module whose code must be interruptible wherever it runs for long: it polls in each round of a loop, as
     * all code does, and in each cycle of calls ({@link Instance#onAttention}).
     *
     * @param wasm the module in the binary format; copied
     * @throws InvalidModuleException as {@link #parse}
     */
    public static Module parseInterruptible(byte[] wasm) {
        return parse(wasm.clone(), true, HostBudget.unlimited());
    }

    /**
     * Reads and checks a module without a copy of it.
     *
     * @param wasm the module in the binary format; it is the module's own from now on, and nobody may change it
     * @throws InvalidModuleException as {@link #parse}
     */
    public static Module adopt(byte[] wasm) {
        return parse(wasm, false, HostBudget.unlimited());
    }

    /**
     * Like {@link #adopt} for a module as in {@link #parseInterruptible}.
     *
     * @param budget where what the module's code and instances need of the host counts
     * @throws InvalidModuleException as {@link #parse}
     */
    public static Module adoptInterruptible(byte[] wasm, HostBudget budget) {
        return parse(wasm, true, budget);
    }

    private static Module parse(byte[] own, boolean interruptible, HostBudget budget) {
        CodeCache.Search search = CodeCache.search(own, interruptible);
        ModuleData data = new ModuleParser(own).parse();
        data.interruptible = interruptible;
        data.budget = budget;
        return new Module(data, search.result());
    }

    /** Returns what the module asks for, in order. */
    public List<Import> imports() {
        return List.copyOf(data.imports);
    }

    /** Returns what the module offers, in order. */
    public List<Export> exports() {
        return List.copyOf(data.exports.values());
    }

    @Nullable
    Export export(String name) {
        return data.exports.get(name);
    }

    /** Returns the contents of all custom sections of a name, in order. */
    public List<byte[]> customSections(String name) {
        List<byte[]> found = new ArrayList<>();
        for (ModuleData.CustomSection section : data.customSections) {
            if (section.name().equals(name)) {
                found.add(Arrays.copyOfRange(data.bytes, section.start(), section.end()));
            }
        }
        return found;
    }

    /** Returns the number of functions, imported ones included. */
    public int functionCount() {
        return data.functionCount;
    }

    /** Returns the function's name in the name section, or {@code funcN}. */
    public String functionName(int index) {
        return nameSection.functionName(index);
    }

    /** Returns the index of the start function, or -1. */
    public int startFunction() {
        return data.start;
    }

    /**
     * Returns the code of a function that is not imported, local declarations included.
     *
     * @param index in the module's function index space
     */
    public byte[] functionBody(int index) {
        int body = index - data.importedFunctions;
        return Arrays.copyOfRange(data.bytes, data.bodyStart[body], data.bodyEnd[body]);
    }

    /**
     * Returns the source lines of those stack frames that run this module's code, as far as it carries DWARF line tables.
     *
     * @return as many as {@code frames}; null where nothing is known
     */
    @Nullable
    SourceLine[] sourceLines(StackTraceElement[] frames) {
        int[] addresses = new int[frames.length];
        for (int i = 0; i < frames.length; i++) {
            int function = GuestStack.isGuest(frames[i]) ? classes.functionOf(frames[i]) : -1;
            addresses[i] = function < data.importedFunctions || frames[i].getLineNumber() >= GuestStack.LAST_OFFSET
                    ? -1
                    : data.bodyStart[function - data.importedFunctions] - data.codeStart + frames[i].getLineNumber();
        }
        return SourceLines.find(data, addresses);
    }

    /** Returns the data segments, in order. */
    public List<DataSegment> dataSegments() {
        List<DataSegment> segments = new ArrayList<>();
        for (int i = 0; i < data.data.size(); i++) {
            ModuleData.Data segment = data.data.get(i);
            segments.add(new DataSegment(
                    nameSection.dataSegmentName(i), segment.offset() == null, segment.start(), segment.length()));
        }
        return segments;
    }

    /**
     * Generates and defines all code now, as an ahead-of-time cache would; without this each function is compiled when it
     * is first called.
     *
     * @return the number of classes
     */
    public int compileAll() {
        return classes.loadAll();
    }

    /**
     * Generates all code, and has the JVM verify it, which it otherwise does when code is first run. For tests of the engine: it
     * only ever fails by a fault of ours.
     *
     * @return the number of classes
     * @throws LinkageError if the JVM does not accept a class
     */
    public int verifyAll() {
        return classes.verifyAll();
    }

    /** Whether an earlier process has compiled this very module and this one uses its code. */
    public boolean isKnown() {
        return isKnown;
    }

    /** Returns what an earlier process {@linkplain #remember wrote down} about this very module, if this one uses its cache. */
    public @Nullable String recalled(String key) {
        return remarks.get(key);
    }

    /** Writes down something about this module that is true of it in this version of the host, for processes to come. */
    public void remember(String key, String value) {
        CodeRecorder.remarked(names, key, value);
    }

    ModuleData data() {
        return data;
    }

    ModuleClasses classes() {
        return classes;
    }

    BranchTables branchTables() {
        return branchTables;
    }

    /** Returns where this module's imports are among {@code imports}. */
    ImportPlan importPlan(Imports imports) {
        ImportPlan last = importPlan;
        if (last == null || !last.fits(imports)) {
            last = ImportPlan.of(data, imports);
            importPlan = last;
        }
        return last;
    }

    /** Returns a function that runs in its caller's instance. */
    Function unboundFunction(int index) {
        return classes.function(index, null);
    }
}
