package tuxloom.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tuxloom.access.NearMemory;

/** What the sections of a module say, index space by index space. Filled by {@link ModuleParser}, constant afterwards. */
final class ModuleData {
    /** A custom section: where its contents lie in the module. */
    record CustomSection(String name, int start, int end) {}

    /** An element segment; either function indices (-1 for null) or expressions. */
    @SuppressWarnings("ArrayRecordComponent")
    record ElementSegment(
            ValueType type,
            Mode mode,
            int table,
            @Nullable ConstantExpression offset,
            int @Nullable [] functions,
            ConstantExpression @Nullable [] expressions) {
        enum Mode {
            ACTIVE,
            PASSIVE,
            DECLARATIVE
        }

        int size() {
            return functions != null ? functions.length : expressions == null ? 0 : expressions.length;
        }
    }

    /** A data segment; active when it has an offset. */
    record Data(int start, int length, @Nullable ConstantExpression offset) {}

    final byte[] bytes;

    /** Where code and instances take what they need of the host. */
    HostBudget budget = HostBudget.unlimited();

    final List<FunctionType> types = new ArrayList<>();
    final List<Import> imports = new ArrayList<>();

    /** Type index of every function, imported ones first. */
    int[] functionTypes = new int[64];

    int functionCount;
    int importedFunctions;
    final List<TableType> tables = new ArrayList<>();
    int importedTables;

    @Nullable
    MemoryType memory;

    boolean memoryImported;

    /**
     * Says whether the block of an offset ({@link NearMemory#bound}) lies in the smallest memory that the module may have, so that the
     * bound, less the blocks below, does not get below 0.
     */
    boolean isNear(int offset) {
        long block = offset & -NearMemory.BLOCK_BYTES;
        return block == 0 || (block > 0 && block + NearMemory.REACH_BYTES <= nearBytes());
    }

    /** Says whether all of an access of up to 8 bytes is inside of every memory that the module may have. */
    boolean isFixed(int address, int offset) {
        return address >= 0 && offset >= 0 && (long) address + offset + Long.BYTES <= nearBytes();
    }

    private long nearBytes() {
        return memory == null ? 0 : Math.min(memory.limits().minimum() * MemoryType.PAGE_BYTES, Integer.MAX_VALUE);
    }

    final List<GlobalType> globals = new ArrayList<>();
    int importedGlobals;

    /** Initial values of the globals that are not imported. */
    final List<ConstantExpression> globalValues = new ArrayList<>();

    final List<TagType> tags = new ArrayList<>();
    int importedTags;
    final Map<String, Export> exports = new LinkedHashMap<>();

    /** The start function, or -1. */
    int start = -1;

    final List<ElementSegment> elements = new ArrayList<>();
    final List<Data> data = new ArrayList<>();

    /** What the data count section says, or -1 without one. */
    int dataCount = -1;

    /** First byte (of the local declarations) and end of each defined function's body. */
    int[] bodyStart = new int[0];

    int[] bodyEnd = new int[0];

    /** First byte of the code section's contents, from which debugging information counts. */
    int codeStart;

    final List<CustomSection> customSections = new ArrayList<>();

    /** Functions that {@code ref.func} may name: those mentioned outside of bodies. */
    final BitSet referenced = new BitSet();

    /** Functions with bodies that make tail calls; validation sets it. */
    boolean[] tailCallers = new boolean[0];

    /** Whether there is any of them; validation sets it. */
    boolean usesTailCalls;

    /** Whether calls are polled as well as loops: see {@link Module#parseInterruptible}. */
    boolean interruptible;

    /** Whether anything is polled; only a measurement of what that costs switches it off. */
    final boolean polled = !Boolean.getBoolean("tuxloom.engine.unpolled");

    ModuleData(byte[] bytes) {
        this.bytes = bytes;
    }

    void addFunction(int type) {
        if (functionCount == functionTypes.length) {
            functionTypes = java.util.Arrays.copyOf(functionTypes, functionCount * 2);
        }
        functionTypes[functionCount++] = type;
    }

    void markTailCaller(int function) {
        tailCallers[function - importedFunctions] = true;
        usesTailCalls = true;
    }

    boolean isTailCaller(int function) {
        return function >= importedFunctions && tailCallers[function - importedFunctions];
    }

    /** Returns the first custom section of a name, or null. */
    @Nullable
    CustomSection customSection(String name) {
        for (CustomSection section : customSections) {
            if (section.name().equals(name)) {
                return section;
            }
        }
        return null;
    }

    FunctionType functionType(int function) {
        return types.get(functionTypes[function]);
    }

    /** Says whether the global's value lives in a {@link Global} of its own, because it belongs to somebody else. */
    boolean isCell(int global) {
        return global < importedGlobals && globals.get(global).mutable();
    }
}
