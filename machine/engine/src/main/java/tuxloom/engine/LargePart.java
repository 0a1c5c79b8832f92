package tuxloom.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A method with a part of a {@link LargeFunction}. */
final class LargePart {
    /** Parts up to this size are called by others if they lead to a dispatching one. */
    private static final int SMALL_BYTES = 200;

    /** The {@link #distance} of all others. */
    private static final int FAR = 3;

    final ClassWriter writer;
    final String name;
    final Bytecode code;

    /**
     * A way to another part.
     *
     * @param target a label there, which has a number
     * @param stub what stands for it here
     */
    record Exit(Label target, Label stub) {}

    final List<Exit> exits = new ArrayList<>();

    /** Whether it begins with a dispatching loop. */
    boolean isDispatching;

    private final String descriptor;
    private final Label entry = new Label();
    private final int begin;

    /**
     * How far it is from dispatching: 0 if it does, 1 or 2 if it is small and leads to one that is one nearer. A part calls those that are
     * nearer, instead of returning their labels, so that they can be inlined, and calls do not nest any deeper.
     */
    private int distance;

    /** Begins the method. */
    LargePart(ClassWriter writer, String name, String descriptor, String context) {
        this.writer = writer;
        this.name = name;
        this.descriptor = descriptor;
        code = new Bytecode(writer.pool, false);
        StackMap map = code.stackMap;
        map.fixedLocal(StackMap.INTEGER);
        map.fixedLocal(StackMap.OBJECT | writer.pool.classRef(LargeFunction.FRAME) << 8);
        map.fixedLocal(StackMap.OBJECT | writer.pool.classRef(context) << 8);
        map.parametersEnd();
        for (int kind = 0; kind < LargeFunction.ARRAYS.length; kind++) {
            map.fixedLocal(StackMap.OBJECT | writer.pool.classRef(LargeFunction.ARRAYS[kind]) << 8);
            LargeFunction.loadArray(code, LargeFunction.FRAME_SLOT, kind);
            code.store(FunctionEmitter.REFERENCE, LargeFunction.FIRST_ARRAY + kind);
        }
        code.jump(entry);
        begin = code.position();
    }

    boolean isEmpty() {
        return code.position() == begin;
    }

    /** Finds out how far each part is from dispatching. */
    static void measure(List<LargePart> parts) {
        parts.forEach(part -> part.distance = part.isDispatching ? 0 : FAR);
        for (int near = 0; near + 1 < FAR; near++) {
            for (LargePart part : parts) {
                if (part.distance == FAR && part.isSmall() && part.leadsTo(near, parts)) {
                    part.distance = near + 1;
                }
            }
        }
    }

    private boolean isSmall() {
        return code.position() - begin <= SMALL_BYTES;
    }

    private boolean leadsTo(int near, List<LargePart> parts) {
        return exits.stream()
                .map(exit -> exit.target().part)
                .anyMatch(part -> part >= 0 && parts.get(part).distance == near);
    }

    /** Adds the ways out and in, {@code labels} with {@code ids} in ascending order, and the method to its class. */
    void finish(List<LargePart> parts, List<Integer> ids, List<Label> labels) {
        for (Exit exit : exits) {
            exit.stub().bind(code.position(), code.code);
            LargeFunction.frame(code);
            leave(exit.target(), parts);
        }
        if (labels.isEmpty() || labels.stream().anyMatch(label -> label.position != labels.getFirst().position)) {
            entry.bind(code.position(), code.code);
            LargeFunction.frame(code);
            enter(ids, labels);
        } else {
            entry.bind(labels.getFirst().position, code.code);
        }
        writer.method(ClassWriter.PUBLIC | ClassWriter.STATIC, name, descriptor, code);
    }

    private void leave(Label target, List<LargePart> parts) {
        code.pushInt(target.id);
        LargePart other = target.part < 0 ? this : parts.get(target.part);
        if (other.distance < distance) {
            // Line 0 says that the frame is no guest's: the called part's own comes with it.
            code.line(0);
            code.load(FunctionEmitter.REFERENCE, LargeFunction.FRAME_SLOT);
            code.load(FunctionEmitter.REFERENCE, LargeFunction.CONTEXT);
            code.invokeStatic(writer.pool.method(other.writer.name, other.name, descriptor));
        }
        code.op(Jvm.IRETURN);
    }

    private void enter(List<Integer> ids, List<Label> labels) {
        if (ids.isEmpty()) {
            // Nothing ever gets here, but the JVM wants the code to be complete.
            code.pushInt(LargeFunction.RETURNED);
            code.op(Jvm.IRETURN);
            return;
        }
        code.load(0, LargeFunction.ENTRY);
        int first = ids.getFirst();
        int range = ids.getLast() - first + 1;
        if (range > 4 * ids.size()) {
            code.lookupSwitch(ids.stream().mapToInt(id -> id).toArray(), labels.toArray(new Label[0]));
            return;
        }
        Label[] cases = new Label[range + 1];
        Arrays.fill(cases, labels.getFirst());
        for (int i = 0; i < ids.size(); i++) {
            cases[ids.get(i) - first] = labels.get(i);
        }
        code.tableSwitch(first, cases);
    }
}
