package tuxloom.engine;

import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/** The generated classes of a module, and objects of them. Made when the module is first instantiated; for all threads. */
final class ModuleClasses {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private final ModuleData module;
    private final ModuleCode names;
    private final ModuleLoader loader;
    private final Module owner;
    private volatile @Nullable Layout layout;

    /** Where the fields of the context class are. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Layout(
            Class<?> context,
            long[] globals,
            long[] globalHighs,
            long[] tables,
            long[] tags,
            long[] functions,
            @Nullable TableTemplate[] templates) {}

    ModuleClasses(Module owner, ModuleCode names, CodeCache.@Nullable Known known) {
        this.owner = owner;
        this.names = names;
        module = names.module;
        loader = new ModuleLoader(new ClassGenerator(module, names), known);
    }

    private Layout layout() {
        Layout known = layout;
        return known != null ? known : makeLayout();
    }

    private synchronized Layout makeLayout() {
        Layout known = layout;
        if (known == null) {
            Class<?> context = loader.load("C");
            @Nullable TableTemplate[] templates = new @Nullable TableTemplate[module.tables.size()];
            for (int i = 0; i < templates.length; i++) {
                templates[i] = TableTemplate.of(owner, names, i);
            }
            known = new Layout(
                    context,
                    offsets(context, "g", module.globals.size()),
                    highOffsets(context),
                    offsets(context, "t", module.tables.size()),
                    offsets(context, "e", module.tags.size()),
                    offsets(context, "f", module.importedFunctions),
                    templates);
            layout = known;
        }
        return known;
    }

    private static long[] offsets(Class<?> type, String prefix, int count) {
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = UNSAFE.objectFieldOffset(type, prefix + i);
        }
        return offsets;
    }

    /** Where the second halves of vectors are; 0 for other globals. */
    private long[] highOffsets(Class<?> type) {
        long[] offsets = new long[module.globals.size()];
        for (int i = 0; i < offsets.length; i++) {
            if (names.isInTwoFields(i)) {
                offsets[i] = UNSAFE.objectFieldOffset(type, "g" + i + "h");
            }
        }
        return offsets;
    }

    Context newContext() {
        try {
            return (Context) UNSAFE.allocateInstance(layout().context());
        } catch (InstantiationException e) {
            throw new IllegalStateException("context class", e);
        }
    }

    @Nullable
    TableTemplate template(int table) {
        return layout().templates()[table];
    }

    void setTable(Context context, int index, Table table) {
        UNSAFE.putReference(context, layout().tables()[index], table);
    }

    Table table(Context context, int index) {
        return (Table) UNSAFE.getReference(context, layout().tables()[index]);
    }

    void setTag(Context context, int index, Tag tag) {
        UNSAFE.putReference(context, layout().tags()[index], tag);
    }

    Tag tag(Context context, int index) {
        return (Tag) UNSAFE.getReference(context, layout().tags()[index]);
    }

    /** Stores an imported function, whose type the caller has checked. */
    void setFunction(Context context, int index, Function function) {
        UNSAFE.putReference(context, layout().functions()[index], function);
    }

    Function importedFunction(Context context, int index) {
        return (Function) UNSAFE.getReference(context, layout().functions()[index]);
    }

    /** Returns where in the context the value of an own global is. */
    long globalOffset(int index) {
        return layout().globals()[index];
    }

    /** Returns where the second half of an own v128 global is. */
    long globalHighOffset(int index) {
        return layout().globalHighs()[index];
    }

    /** Stores an imported mutable global itself, or the value of any other. */
    void setGlobal(Context context, int index, @Nullable Object value) {
        long at = layout().globals()[index];
        if (value instanceof Integer i && isNumber(index)) {
            UNSAFE.putInt(context, at, i);
        } else if (value instanceof Long l && isNumber(index)) {
            UNSAFE.putLong(context, at, l);
        } else if (value instanceof Float f && isNumber(index)) {
            UNSAFE.putFloat(context, at, f);
        } else if (value instanceof Double d && isNumber(index)) {
            UNSAFE.putDouble(context, at, d);
        } else if (value instanceof V128 v && names.isInTwoFields(index)) {
            UNSAFE.putLong(context, at, v.low());
            UNSAFE.putLong(context, globalHighOffset(index), v.high());
        } else {
            UNSAFE.putReference(context, at, value);
        }
    }

    private boolean isNumber(int global) {
        return !module.globals.get(global).valueType().isReference();
    }

    /** Returns an imported mutable global itself, or the value of any other. */
    @Nullable
    Object global(Context context, int index) {
        long at = layout().globals()[index];
        if (module.isCell(index)) {
            return UNSAFE.getReference(context, at);
        }
        return switch (module.globals.get(index).valueType()) {
            case I32 -> UNSAFE.getInt(context, at);
            case I64 -> UNSAFE.getLong(context, at);
            case F32 -> UNSAFE.getFloat(context, at);
            case F64 -> UNSAFE.getDouble(context, at);
            case V128 -> new V128(UNSAFE.getLong(context, at), UNSAFE.getLong(context, globalHighOffset(index)));
            default -> UNSAFE.getReference(context, at);
        };
    }

    /** Makes a function object for a function that is not imported; unbound without a context. */
    Function function(int index, @Nullable Context context) {
        CodeRecorder.referenced(names, index);
        Class<?> generated = loader.load("T" + index);
        return Function.make(generated.asSubclass(Function.class), module.functionType(index), context, null);
    }

    int loadAll() {
        layout();
        for (int i = 0; i < names.groups().count(); i++) {
            loader.load("F" + i);
        }
        return names.groups().count() + 1;
    }

    /** Returns the function whose code a stack frame runs, or -1 if that is none of this module's. */
    int functionOf(StackTraceElement frame) {
        return loader.owns(frame) ? names.function(frame.getClassName(), frame.getMethodName()) : -1;
    }

    int verifyAll() {
        return VerifyingLoader.verify(module, names);
    }
}
