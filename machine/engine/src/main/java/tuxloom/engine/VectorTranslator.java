package tuxloom.engine;

import tuxloom.engine.VectorOps.Form;

/** The vector instructions (prefix 0xfd), as part of a {@link FunctionTranslator}. */
final class VectorTranslator {
    private static final int LOAD_SPLATS = 7;
    private static final int LOADS_END = 11;
    private static final int STORE = 11;
    private static final int SHUFFLE = 13;
    private static final int FIRST_LANE = 21;
    private static final int LANES_END = 35;
    private static final int AND = 78;
    private static final int OR = 80;
    private static final int FIRST_LANE_LOAD = 84;
    private static final int FIRST_LANE_STORE = 88;
    private static final int LOAD_32_ZERO = 92;
    private static final int LOAD_64_ZERO = 93;
    private static final int RELAXED_END = 0x114;

    private final FunctionTranslator translator;
    private final BinaryReader in;
    private final Validator stack;

    VectorTranslator(FunctionTranslator translator) {
        this.translator = translator;
        in = translator.in;
        stack = translator.stack;
    }

    void instruction() {
        FunctionEmitter line = translator.live();
        if (line != null) {
            line.code.line(translator.offset() - 1);
        }
        int opcode = in.u32();
        if (!VectorOps.isKnown(opcode)) {
            if (opcode >= VectorOps.COUNT && opcode < RELAXED_END) {
                throw in.invalid("unsupported: relaxed SIMD");
            }
            throw in.malformed("illegal opcode fd " + Integer.toHexString(opcode));
        }
        Form form = VectorOps.form(opcode);
        if (form != null) {
            lanewise(opcode, form);
        } else if (opcode < LOADS_END || opcode == LOAD_32_ZERO || opcode == LOAD_64_ZERO) {
            load(opcode);
        } else if (opcode == STORE) {
            store();
        } else if (opcode == VectorOps.CONST) {
            constant();
        } else if (opcode == SHUFFLE) {
            shuffle();
        } else if (opcode >= FIRST_LANE && opcode < LANES_END) {
            lane(opcode);
        } else if (opcode >= FIRST_LANE_LOAD && opcode < LOAD_32_ZERO) {
            laneAccess(opcode);
        } else {
            bitwise(opcode);
        }
    }

    private void lanewise(int opcode, Form form) {
        int scalar = form.scalar();
        if (scalar >= 0) {
            stack.pop(scalar);
        }
        popVectors(form.vectors);
        stack.push(form.result);
        FunctionEmitter live = translator.live();
        if (live != null) {
            VectorEmitter.emit(live, form, VectorOps.member(opcode));
        }
    }

    private void popVectors(int count) {
        for (int i = 0; i < count; i++) {
            stack.pop(Validator.V128);
        }
    }

    private void bitwise(int opcode) {
        popVectors(2);
        stack.push(Validator.V128);
        FunctionEmitter live = translator.live();
        if (live != null) {
            VectorEmitter.bitwise(live, opcode == AND ? Jvm.LAND : opcode == OR ? Jvm.LOR : Jvm.LXOR);
        }
    }

    private void constant() {
        long low = in.f64Bits();
        long high = in.f64Bits();
        stack.push(Validator.V128);
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.pushLong(low);
            live.code.pushLong(high);
        }
    }

    private void shuffle() {
        byte[] lanes = new byte[16];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = (byte) laneIndex(32);
        }
        popVectors(2);
        stack.push(Validator.V128);
        FunctionEmitter live = translator.live();
        if (live != null) {
            VectorShuffle.emit(live, lanes);
        }
    }

    private int laneIndex(int limit) {
        int lane = in.u8();
        if (lane >= limit) {
            throw in.invalid("invalid lane index " + lane);
        }
        return lane;
    }

    // Memory

    private void load(int opcode) {
        int alignment = switch (opcode) {
            case 0 -> 4;
            case 7 -> 0;
            case 8 -> 1;
            case 9, LOAD_32_ZERO -> 2;
            default -> 3;
        };
        int offset = translator.memoryArgument(alignment, false);
        stack.pop(Validator.I32);
        stack.push(Validator.V128);
        FunctionEmitter live = translator.live();
        if (live == null) {
            return;
        }
        if (opcode == 0) {
            VectorEmitter.load(live, offset);
        } else if (opcode < LOAD_SPLATS) {
            VectorEmitter.loadExtended(live, offset, opcode - 1);
        } else if (opcode < LOADS_END) {
            VectorEmitter.loadSplat(live, offset, alignment);
        } else {
            VectorEmitter.loadZero(live, offset, alignment);
        }
    }

    private void store() {
        int offset = translator.memoryArgument(4, false);
        stack.pop(Validator.V128);
        stack.pop(Validator.I32);
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.memoryAccess(VectorMemory.STORE, offset);
        }
    }

    private void laneAccess(int opcode) {
        boolean isStore = opcode >= FIRST_LANE_STORE;
        int width = opcode - (isStore ? FIRST_LANE_STORE : FIRST_LANE_LOAD);
        int offset = translator.memoryArgument(width, false);
        int lane = laneIndex(16 >> width);
        stack.pop(Validator.V128);
        stack.pop(Validator.I32);
        if (!isStore) {
            stack.push(Validator.V128);
        }
        FunctionEmitter live = translator.live();
        if (live == null) {
            return;
        }
        if (isStore) {
            VectorEmitter.storeLane(live, offset, width, lane);
        } else {
            VectorEmitter.loadLane(live, offset, width, lane);
        }
    }

    // Lanes

    private void lane(int opcode) {
        VectorLane lane = VectorLane.of(opcode);
        int index = laneIndex(lane.count());
        if (lane.replaces()) {
            stack.pop(lane.type());
        }
        stack.pop(Validator.V128);
        stack.push(lane.replaces() ? Validator.V128 : lane.type());
        FunctionEmitter live = translator.live();
        if (live == null) {
            return;
        }
        if (lane.replaces()) {
            VectorEmitter.replaceLane(live, lane, index);
        } else {
            VectorEmitter.extractLane(live, lane, index);
        }
    }
}
