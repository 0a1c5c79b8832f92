package tuxloom.engine;

import tuxloom.engine.VectorOps.Form;

/**
 * Emits vector instructions. A vector is two longs, the lower half first, on the JVM's stack as in its locals; what works on
 * halves is a static method small enough to be inlined, called once for each.
 */
final class VectorEmitter {
    private static final int LONG = 1;
    private static final int V = Validator.V128;
    private static final String WIDTHS = "tuxloom/engine/LaneWidths";

    /** Makes the lower 32 bits of a long 64, for the loads that extend: 8, 16 and 32 bits, signed and unsigned. */
    private static final Member[] EXTENSIONS = new Member[6];

    private static final Member[] SPLATS = {
        Member.of("tuxloom/engine/Lanes8", "splat", "(I)J"),
        Member.of("tuxloom/engine/Lanes16", "splat", "(I)J"),
        Member.of("tuxloom/engine/Lanes32", "splat", "(I)J"),
    };

    /** Scalar loads and stores by width; the narrow ones are of an i32, unsigned. */
    private static final int[] LOADS = {0x2d, 0x2f, 0x28, 0x29};

    private static final int[] STORES = {0x3a, 0x3b, 0x36, 0x37};
    private static final int LOAD_32_TO_LONG = 0x35;

    static {
        for (int i = 0; i < EXTENSIONS.length; i++) {
            String name = "extend" + (8 << (i / 2)) + (i % 2 == 0 ? "Signed" : "Unsigned");
            EXTENSIONS[i] = Member.of(WIDTHS, name, "(J)J");
        }
    }

    private VectorEmitter() {}

    static void emit(FunctionEmitter emitter, Form form, Member member) {
        Bytecode code = emitter.code;
        switch (form) {
            case UNARY -> unary(emitter, member);
            case BINARY -> binary(emitter, () -> code.invokeStatic(member));
            case SELECT -> select(emitter, member);
            case SHIFT -> shift(emitter, member);
            case SWIZZLE -> swizzle(emitter, member);
            case PAIRS -> pairs(emitter, member);
            case TO_LOW -> {
                code.invokeStatic(member);
                code.op(Jvm.LCONST_0);
            }
            case WIDEN_LOW -> {
                code.op(Jvm.POP2);
                widen(emitter, member);
            }
            case WIDEN_HIGH -> {
                int high = emitter.scratch(4);
                code.store(LONG, high);
                code.op(Jvm.POP2);
                code.load(LONG, high);
                widen(emitter, member);
            }
            case MULTIPLY_LOW -> multiply(emitter, member, 0);
            case MULTIPLY_HIGH -> multiply(emitter, member, 2);
            case TEST -> code.invokeStatic(member);
            case SPLAT_I, SPLAT_J, SPLAT_F, SPLAT_D -> {
                code.invokeStatic(member);
                code.op(Jvm.DUP2);
            }
        }
    }

    private static void unary(FunctionEmitter emitter, Member member) {
        Bytecode code = emitter.code;
        int high = emitter.scratch(2);
        code.store(LONG, high);
        code.invokeStatic(member);
        code.load(LONG, high);
        code.invokeStatic(member);
    }

    static void bitwise(FunctionEmitter emitter, int jvmOpcode) {
        binary(emitter, () -> emitter.code.op(jvmOpcode));
    }

    private static void binary(FunctionEmitter emitter, Runnable operation) {
        Bytecode code = emitter.code;
        int second = emitter.scratch(6);
        int firstHigh = second + 4;
        code.storeValue(V, second);
        code.store(LONG, firstHigh);
        code.load(LONG, second);
        operation.run();
        code.load(LONG, firstHigh);
        code.load(LONG, second + 2);
        operation.run();
    }

    private static void select(FunctionEmitter emitter, Member member) {
        Bytecode code = emitter.code;
        int mask = emitter.scratch(12);
        int second = mask + 4;
        int first = mask + 8;
        code.storeValue(V, mask);
        code.storeValue(V, second);
        code.storeValue(V, first);
        for (int half = 0; half <= 2; half += 2) {
            code.load(LONG, first + half);
            code.load(LONG, second + half);
            code.load(LONG, mask + half);
            code.invokeStatic(member);
        }
    }

    private static void shift(FunctionEmitter emitter, Member member) {
        Bytecode code = emitter.code;
        int high = emitter.scratch(3);
        int count = high + 2;
        code.store(0, count);
        code.store(LONG, high);
        code.load(0, count);
        code.invokeStatic(member);
        code.load(LONG, high);
        code.load(0, count);
        code.invokeStatic(member);
    }

    private static void swizzle(FunctionEmitter emitter, Member member) {
        Bytecode code = emitter.code;
        int first = emitter.scratch(8);
        int indices = first + 4;
        code.storeValue(V, indices);
        code.storeValue(V, first);
        for (int half = 0; half <= 2; half += 2) {
            code.loadValue(V, first);
            code.load(LONG, indices + half);
            code.invokeStatic(member);
        }
    }

    private static void pairs(FunctionEmitter emitter, Member member) {
        Bytecode code = emitter.code;
        int second = emitter.scratch(4);
        code.storeValue(V, second);
        code.invokeStatic(member);
        code.loadValue(V, second);
        code.invokeStatic(member);
    }

    /** Makes a vector of the lower and the upper 32 bits of the long on the stack. */
    private static void widen(FunctionEmitter emitter, Member member) {
        Bytecode code = emitter.code;
        code.op(Jvm.DUP2);
        code.invokeStatic(member);
        int low = emitter.scratch(2);
        code.store(LONG, low);
        upperBits(code);
        code.invokeStatic(member);
        code.load(LONG, low);
        // The upper half is below the lower one now.
        code.op(Jvm.DUP2_X2).op(Jvm.POP2);
    }

    private static void upperBits(Bytecode code) {
        code.pushInt(32);
        code.op(Jvm.LUSHR);
    }

    private static void multiply(FunctionEmitter emitter, Member member, int half) {
        Bytecode code = emitter.code;
        int second = emitter.scratch(8);
        int first = second + 4;
        code.storeValue(V, second);
        code.storeValue(V, first);
        code.load(LONG, first + half);
        code.load(LONG, second + half);
        code.invokeStatic(member);
        code.load(LONG, first + half);
        upperBits(code);
        code.load(LONG, second + half);
        upperBits(code);
        code.invokeStatic(member);
    }

    // Memory

    static void load(FunctionEmitter emitter, int offset) {
        Bytecode code = emitter.code;
        int address = emitter.scratch(1);
        code.op(Jvm.DUP);
        code.store(0, address);
        emitter.memoryAccess(VectorMemory.LOAD_LOW, offset);
        code.load(0, address);
        emitter.memoryAccess(VectorMemory.LOAD_HIGH, offset);
    }

    static void loadExtended(FunctionEmitter emitter, int offset, int extension) {
        emitter.memoryAccess(LOADS[3], offset);
        widen(emitter, EXTENSIONS[extension]);
    }

    static void loadSplat(FunctionEmitter emitter, int offset, int width) {
        emitter.memoryAccess(LOADS[width], offset);
        if (width < SPLATS.length) {
            emitter.code.invokeStatic(SPLATS[width]);
        }
        emitter.code.op(Jvm.DUP2);
    }

    static void loadZero(FunctionEmitter emitter, int offset, int width) {
        emitter.memoryAccess(width == 3 ? LOADS[3] : LOAD_32_TO_LONG, offset);
        emitter.code.op(Jvm.LCONST_0);
    }

    static void loadLane(FunctionEmitter emitter, int offset, int width, int index) {
        VectorLane lane = VectorLane.replaceBits(width);
        int vector = emitter.scratch(6);
        emitter.code.storeValue(V, vector);
        emitter.memoryAccess(LOADS[width], offset);
        emitter.code.store(lane.type(), vector + 4);
        emitter.code.loadValue(V, vector);
        emitter.code.load(lane.type(), vector + 4);
        replaceLane(emitter, lane, index);
    }

    static void storeLane(FunctionEmitter emitter, int offset, int width, int index) {
        extractLane(emitter, VectorLane.extractBits(width), index);
        emitter.memoryAccess(STORES[width], offset);
    }

    // Lanes

    static void extractLane(FunctionEmitter emitter, VectorLane lane, int index) {
        Bytecode code = emitter.code;
        int halfCount = lane.count() / 2;
        if (index < halfCount) {
            code.op(Jvm.POP2);
        } else {
            int high = emitter.scratch(2);
            code.store(LONG, high);
            code.op(Jvm.POP2);
            code.load(LONG, high);
        }
        Member member = lane.member();
        if (member != null) {
            if (halfCount > 1) {
                code.pushInt(index % halfCount);
            }
            code.invokeStatic(member);
        }
    }

    static void replaceLane(FunctionEmitter emitter, VectorLane lane, int index) {
        Bytecode code = emitter.code;
        int halfCount = lane.count() / 2;
        int value = emitter.scratch(4);
        int high = value + 2;
        code.store(lane.type(), value);
        boolean inHigh = index >= halfCount;
        if (!inHigh) {
            code.store(LONG, high);
        }
        Member member = lane.member();
        if (halfCount == 1) {
            code.op(Jvm.POP2);
        }
        code.load(lane.type(), value);
        if (member != null) {
            if (halfCount > 1) {
                code.pushInt(index % halfCount);
            }
            code.invokeStatic(member);
        }
        if (!inHigh) {
            code.load(LONG, high);
        }
    }
}
