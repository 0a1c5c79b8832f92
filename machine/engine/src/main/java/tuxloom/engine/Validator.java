package tuxloom.engine;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** The operand and control stacks of validation (core specification, appendix 7.3). Reused for many functions. */
final class Validator {
    static final int I32 = 0;
    static final int I64 = 1;
    static final int F32 = 2;
    static final int F64 = 3;
    static final int V128 = 4;
    static final int FUNCREF = 5;
    static final int EXTERNREF = 6;
    static final int EXNREF = 7;

    /** The type of an operand that dead code takes from nowhere. */
    static final int UNKNOWN = 8;

    private static final int MAXIMUM_DEPTH = 100_000;

    /** A call of two bytes may push 250. Somewhat more than this are let pass, since only growth of the array looks. */
    private static final int MAXIMUM_OPERANDS = 100_000;

    /** JVM stack slots by type. */
    private static final byte[] SLOTS = {1, 2, 1, 2, 4, 1, 1, 1, 1};

    final BinaryReader in;

    /** Types of the operands; {@link #height} of them. */
    byte[] types = new byte[256];

    /** The values of operands that are i32 constants and not negative as such; -1 for all others. */
    int[] constants = new int[256];

    int height;
    private int slots;
    private int maximumSlots;
    private ControlFrame[] frames = new ControlFrame[32];
    private int depth;
    ControlFrame top = new ControlFrame();

    /** Taking an operand below this one, in live code, calls {@link #reloader} first. */
    int floor;

    private IntConsumer reloader = operand -> {};

    Validator(BinaryReader in) {
        this.in = in;
    }

    /** Has {@code reload} called before operands below {@link #floor} are taken, with the lowest one. */
    void onReload(IntConsumer reload) {
        reloader = reload;
    }

    private void belowFloor(int operand) {
        if (!top.dead) {
            reloader.accept(operand);
        }
    }

    void reset() {
        floor = 0;
        height = 0;
        slots = 0;
        maximumSlots = 0;
        depth = 0;
    }

    static int slots(int type) {
        return SLOTS[type];
    }

    int maximumSlots() {
        return maximumSlots;
    }

    int depth() {
        return depth;
    }

    InvalidModuleException mismatch() {
        return in.invalid("type mismatch");
    }

    void push(int type) {
        if (height == types.length) {
            grow();
        }
        constants[height] = -1;
        types[height++] = (byte) type;
        slots += SLOTS[type];
        if (slots > maximumSlots) {
            maximumSlots = slots;
        }
    }

    private void grow() {
        if (height > MAXIMUM_OPERANDS) {
            throw in.invalid("more than " + MAXIMUM_OPERANDS + " operands");
        }
        types = Arrays.copyOf(types, height * 2);
        constants = Arrays.copyOf(constants, height * 2);
    }

    /** Pushes an i32 that is always the same. */
    void pushConstant(int value) {
        push(I32);
        constants[height - 1] = Math.max(value, -1);
    }

    /** Returns the constant that an operand is, counted from the top, which is 1; -1 if it is none, or negative. */
    int constant(int operand) {
        return height - operand < top.height ? -1 : constants[height - operand];
    }

    int pop() {
        if (height == top.height) {
            if (top.unreachable) {
                return UNKNOWN;
            }
            throw mismatch();
        }
        int type = types[--height];
        slots -= SLOTS[type];
        if (height < floor) {
            belowFloor(height);
        }
        return type;
    }

    void pop(int expected) {
        if (height > top.height && types[height - 1] == expected) {
            height--;
            slots -= SLOTS[expected];
            if (height < floor) {
                belowFloor(height);
            }
            return;
        }
        if (pop() != UNKNOWN) {
            throw mismatch();
        }
    }

    /** Pops an operand that must be of a type; returns what it is, which may be unknown. */
    int popMatching(int expected) {
        int type = pop();
        if (type != expected && type != UNKNOWN) {
            throw mismatch();
        }
        return type;
    }

    void pop(byte[] expected) {
        int lowest = Math.max(height - expected.length, top.height);
        if (lowest < Math.min(floor, height)) {
            belowFloor(lowest);
        }
        for (int i = expected.length - 1; i >= 0; i--) {
            pop(expected[i]);
        }
    }

    void push(byte[] pushed) {
        for (byte type : pushed) {
            push(type);
        }
    }

    /** Opens a block whose parameters have been popped. */
    ControlFrame open(int opcode, Shape shape) {
        if (depth == MAXIMUM_DEPTH) {
            throw in.invalid("blocks nested deeper than " + MAXIMUM_DEPTH);
        }
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
        }
        ControlFrame frame = frames[depth];
        if (frame == null) {
            frame = new ControlFrame();
            frames[depth] = frame;
        }
        frame.entryDead = depth > 0 && top.dead;
        frame.enclosingTry = depth > 0 ? top.catcher() : null;
        frame.dead = frame.entryDead;
        frame.level = depth++;
        frame.opcode = opcode;
        frame.shape = shape;
        frame.height = height;
        frame.unreachable = false;
        top = frame;
        push(shape.parameters());
        return frame;
    }

    /** Checks that exactly the block's results are left, and closes it; the caller pushes its results. */
    ControlFrame close() {
        ControlFrame frame = top;
        endOfPart();
        depth--;
        if (depth > 0) {
            top = frames[depth - 1];
        }
        return frame;
    }

    /** Checks that exactly the block's results are left, and removes them. */
    void endOfPart() {
        pop(top.shape.results());
        if (height != top.height) {
            throw mismatch();
        }
    }

    /** Begins another part (else, catch) of the innermost block. */
    void nextPart(int opcode, byte[] given) {
        top.opcode = opcode;
        top.unreachable = false;
        top.dead = top.entryDead;
        push(given);
    }

    /** Takes operands away, down to {@code newHeight}. */
    void dropTo(int newHeight) {
        while (height > newHeight) {
            slots -= SLOTS[types[--height]];
        }
    }

    /** Says that control does not get to what follows in the innermost block. */
    void unreachable() {
        dropTo(top.height);
        top.unreachable = true;
        top.dead = true;
    }

    /** Returns the frame of a label. */
    ControlFrame label(int relativeDepth) {
        if (relativeDepth >= depth) {
            throw in.invalid("unknown label " + relativeDepth);
        }
        return frames[depth - 1 - relativeDepth];
    }

    /** Returns the frame that is {@code absoluteDepth} blocks inside of the function's own, which is 0. */
    ControlFrame at(int absoluteDepth) {
        return frames[absoluteDepth];
    }
}
