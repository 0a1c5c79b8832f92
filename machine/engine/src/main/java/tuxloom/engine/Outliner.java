package tuxloom.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Emits the {@linkplain OutlineRegion regions} of a large function as methods of their own, while validation walks over
 * the function, and calls of them in the method where they were. A region's method takes the locals that it needs and the
 * context. If it changes more than one local, or control may go to several places behind it, it leaves the changed locals in
 * fields of the context, where the caller picks them up at once, and returns the number of its exit.
 */
final class Outliner {
    /** Functions whose method is not larger than this are left alone. */
    static final int LARGE_BYTES = 7_000;

    /** Fields of the context, of each type, in which regions leave locals. */
    static final int OUTPUTS = 16;

    static final String[] DESCRIPTORS = {"I", "J", "F", "D"};

    private record Method(ClassWriter writer, String name, String descriptor, Bytecode code) {}

    private final ModuleCode names;
    private final String name;
    private final FunctionType type;
    private final Supplier<ClassWriter> writers;
    private final List<OutlineRegion> regions;
    private final List<Method> methods = new ArrayList<>();
    private int next;
    private int emitted;
    private @Nullable RegionEmitter open;
    private @Nullable RegionControlEmitter openControl;
    private @Nullable FunctionEmitter outerEmitter;
    private @Nullable ControlEmitter outerControl;

    /**
     * @param name what the names of the methods begin with
     * @param writers has the class of the code that is emitted at the moment
     */
    Outliner(
            ModuleCode names,
            String name,
            FunctionType type,
            Supplier<ClassWriter> writers,
            List<OutlineRegion> regions) {
        this.names = names;
        this.name = name;
        this.type = type;
        this.writers = writers;
        this.regions = new ArrayList<>(regions);
        this.regions.sort(Comparator.comparingInt(OutlineRegion::start));
    }

    /** Says whether regions of functions of a type may return from them. */
    static boolean mayReturn(FunctionType type) {
        List<ValueType> results = type.results();
        return results.isEmpty() || (results.size() == 1 && results.getFirst().number() <= Validator.F64);
    }

    static String outputName(int kind, int number) {
        return "o" + DESCRIPTORS[kind] + number;
    }

    /** Returns the field with a region's output, or with a function's result. */
    int field(int kind, int number) {
        return writers.get().pool.field(names.context, outputName(kind, number), DESCRIPTORS[kind]);
    }

    /** Returns for each output the number of its field among those of the same type. */
    static int[] fields(int[] outputs, LocalTypes locals) {
        int[] used = new int[DESCRIPTORS.length];
        int[] fields = new int[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            fields[i] = used[locals.type(outputs[i])]++;
        }
        return fields;
    }

    /** Called before each instruction. */
    void boundary(FunctionTranslator translator) {
        RegionEmitter region = open;
        if (region != null && translator.in.position == region.region.end()) {
            close(translator, region);
        }
        while (next < regions.size() && regions.get(next).start() < translator.in.position) {
            next++;
        }
        if (open == null && next < regions.size() && regions.get(next).start() == translator.in.position) {
            OutlineRegion begun = regions.get(next++);
            if (!translator.stack.top.dead) {
                begin(translator, begun);
            }
        }
    }

    private void begin(FunctionTranslator translator, OutlineRegion region) {
        FunctionEmitter outer = java.util.Objects.requireNonNull(translator.emitter);
        RegionEmitter inner = new RegionEmitter(
                outer.function(),
                new Bytecode(writers.get().pool, false),
                names,
                translator.stack,
                translator.locals,
                outer.shape(),
                region);
        inner.begin();
        RegionControlEmitter control = new RegionControlEmitter(inner, type, this);
        outerEmitter = outer;
        outerControl = translator.controlEmitter;
        open = inner;
        openControl = control;
        translator.emitter = inner;
        translator.controlEmitter = control;
    }

    private void close(FunctionTranslator translator, RegionEmitter inner) {
        FunctionEmitter outer = java.util.Objects.requireNonNull(outerEmitter);
        RegionControlEmitter control = java.util.Objects.requireNonNull(openControl);
        boolean live = !translator.stack.top.dead;
        control.finishRegion(live);
        inner.finish();
        String method = name + emitted++;
        methods.add(new Method(writers.get(), method, inner.descriptor(), inner.code));
        translator.emitter = outer;
        translator.controlEmitter = outerControl;
        open = null;
        openControl = null;
        call(translator, inner, control.exits(), live, method);
        outer.code.line(translator.offset());
    }

    /** Emits the call of a region's method and everything behind it. */
    private void call(
            FunctionTranslator translator, RegionEmitter inner, List<ControlFrame> exits, boolean live, String method) {
        FunctionEmitter outer = java.util.Objects.requireNonNull(translator.emitter);
        ControlEmitter control = java.util.Objects.requireNonNull(translator.controlEmitter);
        OutlineRegion region = inner.region;
        Bytecode code = outer.code;
        // Line 0 says that the frame is no guest's: the region's own comes with it.
        code.line(0);
        for (int local : region.arguments()) {
            outer.localGet(local);
        }
        outer.loadContext();
        outer.reserveStack(2 * region.arguments().length);
        code.invokeStatic(code.pool.method(writers.get().name, method, inner.descriptor()));
        if (region.isSimple()) {
            if (region.outputs().length == 1) {
                outer.localSet(region.outputs()[0]);
            }
            if (!live && exits.isEmpty()) {
                code.op(Jvm.ACONST_NULL).op(Jvm.ATHROW);
            } else if (!live) {
                leave(control, outer, exits.getFirst());
            }
            return;
        }
        int exit = outer.slotBeyond(ControlEmitter.NONE);
        code.store(0, exit);
        int[] fields = fields(region.outputs(), translator.locals);
        for (int i = 0; i < fields.length; i++) {
            int local = region.outputs()[i];
            outer.loadContext();
            code.getField(field(translator.locals.type(local), fields[i]));
            outer.localSet(local);
        }
        dispatch(control, outer, exits, live, exit);
    }

    private void dispatch(
            ControlEmitter control, FunctionEmitter outer, List<ControlFrame> exits, boolean live, int exit) {
        Bytecode code = outer.code;
        int tests = exits.size() - (live ? 0 : 1);
        if (tests < 0) {
            code.op(Jvm.ACONST_NULL).op(Jvm.ATHROW);
            return;
        }
        code.load(0, exit);
        if (tests == 1) {
            Label otherwise = new Label();
            control.jumpIf(Jvm.IFNE, otherwise);
            leave(control, outer, exits.getFirst());
            control.bind(otherwise);
        } else if (tests > 1) {
            select(control, outer, exits, live);
        } else {
            code.op(Jvm.POP);
        }
        if (!live && tests <= 1) {
            leave(control, outer, exits.getLast());
        }
    }

    /** Goes to one of several exits, or on behind the region; their number is on the stack. */
    private void select(ControlEmitter control, FunctionEmitter outer, List<ControlFrame> exits, boolean live) {
        Bytecode code = outer.code;
        Label[] cases = new Label[exits.size() + 1];
        for (int i = 0; i < cases.length; i++) {
            cases[i] = new Label();
        }
        code.tableSwitch(cases);
        for (int i = 0; i < exits.size(); i++) {
            control.bind(cases[i]);
            leave(control, outer, exits.get(i));
        }
        control.bind(cases[exits.size()]);
        if (!live) {
            code.op(Jvm.ACONST_NULL).op(Jvm.ATHROW);
        }
    }

    /** Goes to where a region's exit leads. */
    private void leave(ControlEmitter control, FunctionEmitter outer, ControlFrame target) {
        if (control.isReturn(target) && !type.results().isEmpty()) {
            int kind = FunctionEmitter.kind(type.results().getFirst().number());
            outer.loadContext();
            outer.code.getField(field(kind, 0));
        }
        control.branch(target);
    }

    /** Adds the methods of all regions to their classes. */
    void addMethods() {
        for (Method method : methods) {
            method.writer()
                    .method(ClassWriter.PUBLIC | ClassWriter.STATIC, method.name(), method.descriptor(), method.code());
        }
    }
}
