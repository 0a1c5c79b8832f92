package tuxloom.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    static final String[] FIELDS = {"ints", "longs", "floats", "doubles", "references"};
    static final String[] ARRAYS = {"[I", "[J", "[F", "[D", "[Ljava/lang/Object;"};
    static final String EXCEPTIONS = "[Ltuxloom/engine/WasmException;";

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

    /** C2 inlines nothing more, not even memory accesses, into a method that has grown to 8,000 bytes: so parts are much smaller. */
    static final int PART_BYTES = 3_000;

    private static final int FULL_POOL = 30_000;

    /** A function whose frames are larger accounts for them. */
    private static final int HEAVY_FRAME_BYTES = 512;

    /** Some bytes of wasm, such as a call with many arguments, become hundreds of the JVM's. */
    private static final int MAXIMUM_PARTS = 8_000;

    private record Part(ClassWriter writer, String name, Bytecode code, Label entry, List<Label> entries) {}

    private final ModuleCode names;
    private final int function;
    private final String className;

    /** Of the methods that hold the parts. */
    private final String descriptor;

    private final List<Part> parts = new ArrayList<>();
    private final List<ClassWriter> writers = new ArrayList<>();

    /** Labels that the current part jumps to and that are not bound in it. */
    private final Set<Label> outside = new LinkedHashSet<>();

    private final Label start = new Label();
    private int labels;

    /** Places that operands take in each array of the frame, behind the locals; and places for exceptions. */
    int operandPlaces;

    int exceptionPlaces = 1;

    private LocalTypes locals = new LocalTypes();

    LargeFunction(ModuleCode names, int function, String className) {
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
        Bytecode code = new Bytecode(writer.pool, false);
        StackMap map = code.stackMap;
        map.fixedLocal(StackMap.INTEGER);
        map.fixedLocal(StackMap.OBJECT | writer.pool.classRef(FRAME) << 8);
        map.fixedLocal(StackMap.OBJECT | writer.pool.classRef(names.context) << 8);
        map.parametersEnd();
        for (int kind = 0; kind < ARRAYS.length; kind++) {
            map.fixedLocal(StackMap.OBJECT | writer.pool.classRef(ARRAYS[kind]) << 8);
            code.load(FunctionEmitter.REFERENCE, FRAME_SLOT);
            code.getField(writer.pool.field(FRAME, FIELDS[kind], ARRAYS[kind]));
            code.store(FunctionEmitter.REFERENCE, FIRST_ARRAY + kind);
        }
        Label entry = new Label();
        code.jump(entry);
        String name = names.methodName(function) + PART_MARK + parts.size();
        parts.add(new Part(writer, name, code, entry, new ArrayList<>()));
        return code;
    }

    private int currentPart() {
        return parts.size() - 1;
    }

    private void number(Label label) {
        if (label.id < 0) {
            label.id = labels++;
            if (label.part >= 0) {
                parts.get(label.part).entries().add(label);
            }
        }
    }

    /** Returns the label by which a jump of the current part gets to {@code target}, wherever that is. */
    Label local(Label target) {
        target.wanted = true;
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
        Part part = parts.getLast();
        label.part = currentPart();
        label.bind(part.code().position(), part.code().code);
        Label forwarder = label.forwarder;
        if (forwarder != null && label.forwarderPart == currentPart()) {
            forwarder.bind(part.code().position(), part.code().code);
            outside.remove(label);
        }
        if (label.id >= 0) {
            part.entries().add(label);
        }
        frame(part.code());
    }

    static void frame(Bytecode code) {
        code.stackMap.frame(code.position(), new int[0], 0);
    }

    /** Ends the current part, behind whose last instruction control does not get: adds the exits to other parts. */
    void closePart(int maximumStack, int maximumLocals) {
        Bytecode code = parts.getLast().code();
        for (Label target : outside) {
            number(target);
            java.util.Objects.requireNonNull(target.forwarder).bind(code.position(), code.code);
            frame(code);
            code.pushInt(target.id);
            code.op(Jvm.IRETURN);
        }
        outside.clear();
        code.limits(maximumStack, maximumLocals);
    }

    /** Returns the class files of the parts by class name; all parts are closed. */
    Map<String, byte[]> partClasses() {
        for (Part part : parts) {
            Bytecode code = part.code();
            part.entry().bind(code.position(), code.code);
            frame(code);
            List<Label> entries = part.entries();
            entries.sort(Comparator.comparingInt(label -> label.id));
            if (entries.isEmpty()) {
                // Nothing ever gets here, but the JVM wants the code to be complete.
                code.pushInt(RETURNED);
                code.op(Jvm.IRETURN);
            } else {
                code.load(0, ENTRY);
                code.lookupSwitch(
                        entries.stream().mapToInt(label -> label.id).toArray(), entries.toArray(new Label[0]));
            }
            part.writer().method(ClassWriter.PUBLIC | ClassWriter.STATIC, part.name(), descriptor, code);
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
        int context = type.parameters().stream().mapToInt(ValueType::slots).sum();
        LargeDispatcher dispatcher = new LargeDispatcher(code, type, context, names.context);
        int[] places = new int[FIELDS.length];
        for (int kind = 0; kind < places.length; kind++) {
            places[kind] = places(kind);
        }
        dispatcher.begin(places, exceptionPlaces, start.id);
        Label[] cases = new Label[labels + 1];
        Label ended = new Label();
        cases[labels] = ended;
        java.util.Arrays.fill(cases, ended);
        List<Label> calls = new ArrayList<>();
        for (Part part : parts) {
            Label call = new Label();
            calls.add(call);
            part.entries().forEach(label -> cases[label.id] = call);
        }
        dispatcher.select(cases);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            dispatcher.call(calls.get(i), writer.pool.method(part.writer().name, part.name(), descriptor));
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
