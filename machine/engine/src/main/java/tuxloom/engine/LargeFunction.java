package tuxloom.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A function that one JVM method cannot hold. Its code is cut into parts, wherever a part gets too long; each is a method
 * that runs until control goes to another part, and returns the number of the label there. The function's own method calls
 * part after part. Locals are in a {@link LargeFrame}, and so are all operands wherever control may branch to, so that the
 * JVM's stack is empty there.
 */
final class LargeFunction {
    /** Separates a function's name from the number of a part in the names of methods. */
    static final char PART_MARK = '~';

    static final String FRAME = "tuxloom/engine/LargeFrame";
    private static final String[] FIELDS = {"ints", "longs", "floats", "doubles", "references"};
    static final String[] ARRAYS = {"[I", "[J", "[F", "[D", "[Ljava/lang/Object;"};
    private static final String EXCEPTIONS = "[Ltuxloom/engine/WasmException;";

    /** What a part returns when the function returns, and when it throws an exception to its caller. */
    static final int RETURNED = -1;

    static final int THROWN = -2;

    /** What a part returns when the function has left a tail call to its caller. */
    static final int TAIL_CALLED = -3;

    // Slots of the JVM locals of a part.
    static final int ENTRY = 0;
    static final int FRAME_SLOT = 1;
    static final int CONTEXT = 2;
    static final int FIRST_ARRAY = 3;
    static final int SCRATCH = 8;
    static final int FIRST_FREE = 10;

    /** C2 inlines nothing but accesses to memory into a method that has grown to 8,000 bytes: so parts are much smaller. */
    static final int PART_BYTES = 3_000;

    private static final int FULL_POOL = 30_000;

    /** A function whose frames are larger accounts for them. */
    private static final int HEAVY_FRAME_BYTES = 512;

    /** Some bytes of wasm, such as a call with many arguments, become hundreds of the JVM's. */
    private static final int MAXIMUM_PARTS = 8_000;

    /** More parts are not begun before the last one is full. */
    static final int MANY_PARTS = 2_000;

    /** Numbers of labels that tables may take; all of a function's are cases of one switch. */
    private static final int MANY_LABELS = 6_000;

    private final ModuleCode names;
    private final int function;
    private final String className;

    /** Of the methods that hold the parts. */
    private final String descriptor;

    private final List<LargePart> parts = new ArrayList<>();
    private final List<ClassWriter> writers = new ArrayList<>();

    /** Labels that the current part jumps to and that are not bound in it. */
    private final Set<Label> outside = new LinkedHashSet<>();

    private final Label start = new Label();

    /** The labels that have numbers; some have several. */
    private final List<Label> numbered = new ArrayList<>();

    private final Set<Integer> dispatchingLoops;

    /** Places that operands take in each array of the frame, behind the locals; and places for exceptions. */
    int operandPlaces;

    int exceptionPlaces = 1;

    private LocalTypes locals = new LocalTypes();

    /** @param dispatchingLoops as {@link FunctionTranslator#dispatchingLoops}, whose cases become parts of their own */
    LargeFunction(ModuleCode names, int function, String className, Set<Integer> dispatchingLoops) {
        this.dispatchingLoops = dispatchingLoops;
        this.names = names;
        this.function = function;
        this.className = className.replace('.', '/');
        descriptor = "(IL" + FRAME + ";" + names.contextDescriptor + ")I";
    }

    FunctionEmitter emitter(Validator stack, LocalTypes types, Shape shape) {
        locals = types;
        number(start);
        return new LargeFunctionEmitter(function, openPart(), names, stack, types, shape);
    }

    ControlEmitter control(FunctionEmitter emitter, FunctionType type) {
        LargeControlEmitter control = new LargeControlEmitter((LargeFunctionEmitter) emitter, type, this);
        control.begin(start);
        return control;
    }

    /** Begins another part; its first instruction must be bound to a label. */
    Bytecode openPart() {
        if (parts.size() == MAXIMUM_PARTS) {
            throw new ClassTooLargeException("parts");
        }
        if (writers.isEmpty() || writers.getLast().pool.count() > FULL_POOL) {
            writers.add(new ClassWriter(
                    ClassWriter.PUBLIC | ClassWriter.FINAL, className + "p" + writers.size(), "java/lang/Object"));
        }
        ClassWriter writer = writers.getLast();
        String name = names.methodName(function) + PART_MARK + parts.size();
        LargePart part = new LargePart(writer, name, descriptor, names.context);
        parts.add(part);
        return part.code;
    }

    /** Returns the class of the current part. */
    ClassWriter writer() {
        return parts.getLast().writer;
    }

    private int currentPart() {
        return parts.size() - 1;
    }

    private void number(Label label) {
        if (label.id < 0) {
            label.id = numbered.size();
            numbered.add(label);
        }
    }

    boolean isDispatching(ControlFrame loop) {
        return dispatchingLoops.contains(loop.begin);
    }

    /** Says whether a part ends where a label is bound, because other parts jump there: one with one entry needs no switch. */
    boolean isBeginOfPart(Label label) {
        return !dispatchingLoops.isEmpty()
                && label.wantedBy != currentPart()
                && !parts.getLast().isEmpty()
                && parts.size() < MANY_PARTS;
    }

    /** Takes notice that the current part begins with a dispatching loop, so that others call it directly. */
    void dispatches() {
        parts.getLast().isDispatching = true;
    }

    /**
     * Gives the targets of a branch table consecutive numbers, so that the index says where to go on.
     *
     * @return the first one, or -1 if it is not to be done
     */
    int numberTable(Label[] targets) {
        int first = numbered.size();
        if (dispatchingLoops.isEmpty()
                || targets.length < Interpreters.MANY_CASES
                || first + targets.length > MANY_LABELS) {
            return -1;
        }
        for (Label target : targets) {
            want(target);
            if (target.id < 0) {
                target.id = numbered.size();
            }
            numbered.add(target);
        }
        return first;
    }

    private void want(Label target) {
        if (!target.isWanted()) {
            target.wantedBy = currentPart();
        }
    }

    /** Returns the label by which a jump of the current part gets to {@code target}, wherever that is. */
    Label local(Label target) {
        want(target);
        if (target.part == currentPart()) {
            return target;
        }
        Label forwarder = target.forwarder;
        if (forwarder == null || target.forwarderPart != currentPart()) {
            forwarder = new Label();
            target.forwarder = forwarder;
            target.forwarderPart = currentPart();
            outside.add(target);
        }
        return forwarder;
    }

    /** Binds a label to the present end of the current part. */
    void bind(Label label) {
        LargePart part = parts.getLast();
        label.part = currentPart();
        label.bind(part.code.position(), part.code.code);
        Label forwarder = label.forwarder;
        if (forwarder != null && label.forwarderPart == currentPart()) {
            forwarder.bind(part.code.position(), part.code.code);
            outside.remove(label);
        }
        frame(part.code);
    }

    static void frame(Bytecode code) {
        code.stackMap.frame(code.position(), new int[0], 0);
    }

    /** Pushes an array of the frame that is in a local. */
    static void loadArray(Bytecode code, int frame, int kind) {
        code.load(FunctionEmitter.REFERENCE, frame);
        code.getField(code.pool.field(FRAME, FIELDS[kind], ARRAYS[kind]));
    }

    static void loadExceptions(Bytecode code, int frame) {
        code.load(FunctionEmitter.REFERENCE, frame);
        code.getField(code.pool.field(FRAME, "exceptions", EXCEPTIONS));
    }

    /** Ends the current part, behind whose last instruction control does not get. */
    void closePart(int maximumStack, int maximumLocals) {
        LargePart part = parts.getLast();
        for (Label target : outside) {
            number(target);
            part.exits.add(new LargePart.Exit(target, Objects.requireNonNull(target.forwarder)));
        }
        outside.clear();
        part.code.limits(maximumStack, maximumLocals);
    }

    /** Returns the class files of the parts by class name; all parts are closed. */
    Map<String, byte[]> partClasses() {
        List<List<Integer>> ids = new ArrayList<>();
        parts.forEach(part -> ids.add(new ArrayList<>()));
        for (int id = 0; id < numbered.size(); id++) {
            int part = numbered.get(id).part;
            if (part >= 0) {
                ids.get(part).add(id);
            }
        }
        // All of them first: finishing a part makes it larger.
        LargePart.measure(parts);
        for (int i = 0; i < parts.size(); i++) {
            LargePart part = parts.get(i);
            part.finish(
                    parts, ids.get(i), ids.get(i).stream().map(numbered::get).toList());
        }
        Map<String, byte[]> classes = new HashMap<>();
        writers.forEach(writer -> classes.put(writer.name.replace('/', '.'), writer.toBytes()));
        return classes;
    }

    /** Returns the distance between operands in an array of the frame: a vector takes two places among the longs. */
    static int placesPerOperand(int kind) {
        return kind == Validator.I64 ? 2 : 1;
    }

    private int places(int kind) {
        return locals.countOfKind(kind) + operandPlaces * placesPerOperand(kind);
    }

    /** Returns the class file with the function's own method, which runs the parts. */
    byte[] mainClass() {
        ClassWriter writer = new ClassWriter(ClassWriter.PUBLIC | ClassWriter.FINAL, className, "java/lang/Object");
        int typeIndex = names.module.functionTypes[function];
        FunctionType type = names.module.types.get(typeIndex);
        Bytecode code = new Bytecode(writer.pool, false);
        int context = type.parameterSlots();
        LargeDispatcher dispatcher = new LargeDispatcher(code, type, context, names.context);
        int[] places = new int[FIELDS.length];
        for (int kind = 0; kind < places.length; kind++) {
            places[kind] = places(kind);
        }
        dispatcher.begin(places, exceptionPlaces, start.id);
        Label ended = new Label();
        Label[] calls = Stream.generate(Label::new).limit(parts.size()).toArray(Label[]::new);
        Label[] cases = new Label[numbered.size()];
        for (int id = 0; id < numbered.size(); id++) {
            int part = numbered.get(id).part;
            cases[id] = part < 0 ? ended : calls[part];
        }
        dispatcher.select(cases, ended);
        for (int i = 0; i < parts.size(); i++) {
            LargePart part = parts.get(i);
            dispatcher.call(calls[i], writer.pool.method(part.writer.name, part.name, descriptor));
        }
        int[] operands = new int[FIELDS.length];
        for (int kind = 0; kind < operands.length; kind++) {
            operands[kind] = locals.countOfKind(kind);
        }
        dispatcher.end(ended, operands, names.module.isTailCaller(function));
        int access = ClassWriter.PUBLIC | ClassWriter.STATIC;
        String name = names.bodyName(function);
        int frameBytes = frameBytes(places);
        if (frameBytes > HEAVY_FRAME_BYTES) {
            String inner = name + PART_MARK + "h";
            writer.method(access, inner, names.descriptor(typeIndex), code);
            int target = writer.pool.method(className, inner, names.descriptor(typeIndex));
            code = HeavyFrames.method(writer.pool, type, names.context, frameBytes, target);
        }
        writer.method(access, name, names.descriptor(typeIndex), code);
        return writer.toBytes();
    }

    private static int frameBytes(int[] places) {
        int[] widths = {4, 8, 4, 8, 8};
        long bytes = 0;
        for (int kind = 0; kind < places.length; kind++) {
            bytes += (long) places[kind] * widths[kind];
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
