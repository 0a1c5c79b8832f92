package tuxloom.engine;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A module brought to life (core specification 4.5.4): its globals, tables and functions over a memory. Used by one
 * thread at a time, {@link #interrupt} aside. Cheap: instances of a module share all code.
 */
public final class Instance {
    private final Module module;
    private final Context context;
    private final BitSet droppedData = new BitSet();
    private final BitSet droppedElements = new BitSet();
    private final Map<Integer, Function> functions = new HashMap<>();
    private volatile @Nullable Interrupt interrupt;
    private volatile @Nullable Interrupt attention;

    Instance(Module module, Context context) {
        this.module = module;
        this.context = context;
        context.instance = this;
    }

    /**
     * Makes an instance and runs its start function on the calling thread.
     *
     * @throws LinkException if imports are missing or do not fit, all of which the message lists, or memory is short
     * @throws Trap if a segment does not fit or the start function traps
     */
    public static Instance instantiate(Module module, Imports imports) {
        return Instantiation.run(module, imports);
    }

    /** Returns what the instance was made from. */
    public Module module() {
        return module;
    }

    ModuleData moduleData() {
        return module.data();
    }

    Context context() {
        return context;
    }

    /** Returns what is exported under a name. */
    public Optional<Extern> export(String name) {
        Export export = module.export(name);
        return export == null ? Optional.empty() : Optional.of(extern(export));
    }

    private Extern extern(Export export) {
        // No switch over types, here and below: its first use costs a cold JVM 10 ms.
        ExternType type = export.type();
        if (type instanceof FunctionType) {
            return functionAt(export.index());
        } else if (type instanceof TableType) {
            return module.classes().table(context, export.index());
        } else if (type instanceof MemoryType) {
            return context.memory;
        } else if (type instanceof GlobalType global) {
            return globalAt(export.index(), global);
        }
        return module.classes().tag(context, export.index());
    }

    private Global globalAt(int index, GlobalType type) {
        if (module.data().isCell(index)) {
            return (Global) java.util.Objects.requireNonNull(module.classes().global(context, index));
        }
        return Global.of(
                type,
                context,
                module.classes().globalOffset(index),
                module.classes().globalHighOffset(index));
    }

    private <T extends Extern> T export(String name, Class<T> kind) {
        Extern found = export(name).orElse(null);
        if (!kind.isInstance(found)) {
            throw new IllegalArgumentException("the module exports no "
                    + kind.getSimpleName().toLowerCase(java.util.Locale.ROOT) + " named " + name);
        }
        return kind.cast(found);
    }

    /** Returns an exported memory. @throws IllegalArgumentException if there is none of the name */
    public Memory memory(String name) {
        return export(name, Memory.class);
    }

    /** Returns an exported table. @throws IllegalArgumentException if there is none of the name */
    public Table table(String name) {
        return export(name, Table.class);
    }

    /** Returns an exported global. @throws IllegalArgumentException if there is none of the name */
    public Global global(String name) {
        return export(name, Global.class);
    }

    /** Returns an exported function. @throws IllegalArgumentException if there is none of the name */
    public Function function(String name) {
        return export(name, Function.class);
    }

    /**
     * Asks for attention: from now on, each round of a loop in this instance's code calls {@code handler} on the guest's
     * own thread, until {@link #clearInterrupt}. Any thread may call this.
     */
    public void interrupt(Interrupt handler) {
        interrupt = handler;
        context.raise(Context.STOP);
    }

    /** Takes {@link #interrupt} back. */
    public void clearInterrupt() {
        var _ = context.lower(Context.STOP);
        interrupt = null;
    }

    /**
     * Says what {@link #requestAttention} is to call. The handler runs on the guest's own thread, in a loop or before a call, and may
     * call functions of this and other instances; then the guest goes on. Called on the guest's thread before the first request.
     */
    public void onAttention(Interrupt handler) {
        attention = handler;
    }

    /**
     * Asks for attention once: the next round of a loop, or call in a cycle of calls if the module is interruptible, runs the handler
     * of {@link #onAttention}. Requests before it has begun to run are one. Any thread may call this.
     */
    public void requestAttention() {
        context.raise(Context.ATTEND);
    }

    void polled() {
        Interrupt handler = interrupt;
        if (handler != null) {
            handler.run();
        }
        handler = attention;
        if ((context.lower(Context.ATTEND) & Context.ATTEND) != 0 && handler != null) {
            handler.run();
        }
    }

    /**
     * Returns the calling thread's guest frames, innermost first, one a line: name and offset in the function, and the source
     * line of those that are this instance's if its module tells.
     */
    public String stackTrace() {
        return GuestStack.text(GuestStack.of(new Throwable().getStackTrace(), module));
    }

    /** Returns a function of the module's function index space, to be called from anywhere. */
    Function functionAt(int index) {
        if (index < module.data().importedFunctions) {
            return module.classes().importedFunction(context, index);
        }
        Function known = functions.get(index);
        if (known == null) {
            known = module.classes().function(index, context);
            functions.put(index, known);
        }
        return known;
    }

    boolean isDataDropped(int segment) {
        return droppedData.get(segment);
    }

    void dropData(int segment) {
        droppedData.set(segment);
    }

    void dropElements(int segment) {
        droppedElements.set(segment);
    }

    /** Copies a part of an element segment into a table; all numbers are unsigned. */
    void initTable(Table table, int segment, int target, int from, int length) {
        ModuleData.ElementSegment elements = module.data().elements.get(segment);
        boolean dropped = droppedElements.get(segment);
        long end = (from & 0xffffffffL) + (length & 0xffffffffL);
        if (end > (dropped ? 0 : elements.size())) {
            throw new Trap(Trap.Kind.OUT_OF_BOUNDS_TABLE, "element " + end + " of segment " + segment);
        }
        table.check(target, length);
        ConstantExpression.Scope scope = new Instantiation.InstanceScope(this);
        int[] indexes = elements.functions();
        ConstantExpression[] expressions = elements.expressions();
        for (int i = 0; i < length; i++) {
            Object value;
            if (indexes != null) {
                value = indexes[from + i] < 0 ? null : functionAt(indexes[from + i]);
            } else {
                value = java.util.Objects.requireNonNull(expressions)[from + i].evaluate(scope);
            }
            table.set(target + i, value);
        }
    }
}
