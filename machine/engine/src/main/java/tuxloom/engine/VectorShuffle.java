package tuxloom.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** Emits {@code i8x16.shuffle}: since the lanes are known, each half of the result is an or of shifted and masked halves. */
final class VectorShuffle {
    private static final int LONG = 1;

    /** Bytes that come out of one of the four halves of the operands and move by the same distance, in bits to the right. */
    private record Move(int half, int distance) {}

    private VectorShuffle() {}

    static void emit(FunctionEmitter emitter, byte[] lanes) {
        Bytecode code = emitter.code;
        int first = emitter.scratch(8);
        code.storeValue(Validator.V128, first + 4);
        code.storeValue(Validator.V128, first);
        for (int i = 0; i < 16; i += 8) {
            if (isSplat(lanes, i)) {
                splat(code, first, lanes[i]);
            } else {
                combine(code, first, moves(lanes, i));
            }
        }
    }

    private static boolean isSplat(byte[] lanes, int from) {
        for (int i = from + 1; i < from + 8; i++) {
            if (lanes[i] != lanes[from]) {
                return false;
            }
        }
        return true;
    }

    private static void splat(Bytecode code, int first, int lane) {
        code.load(LONG, first + lane / 8 * 2);
        shift(code, lane % 8 * 8);
        code.op(Jvm.L2I);
        code.invokeStatic(SPLAT);
    }

    private static final Member SPLAT = Member.of("tuxloom/engine/Lanes8", "splat", "(I)J");

    /** Returns the moves that make a half, each with the mask of the bytes where they arrive. */
    private static Map<Move, Long> moves(byte[] lanes, int from) {
        Map<Move, Long> moves = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            int lane = lanes[from + i];
            moves.merge(new Move(lane / 8, (lane % 8 - i) * 8), 0xffL << (i * 8), (a, b) -> a | b);
        }
        return moves;
    }

    private static void combine(Bytecode code, int first, Map<Move, Long> moves) {
        boolean more = false;
        for (Map.Entry<Move, Long> entry : moves.entrySet()) {
            int distance = entry.getKey().distance();
            long mask = entry.getValue();
            code.load(LONG, first + entry.getKey().half() * 2);
            shift(code, distance);
            long arriving = distance >= 0 ? -1L >>> distance : -1L << -distance;
            if (arriving != mask) {
                code.pushLong(mask);
                code.op(Jvm.LAND);
            }
            if (more) {
                code.op(Jvm.LOR);
            }
            more = true;
        }
    }

    private static void shift(Bytecode code, int distance) {
        if (distance != 0) {
            code.pushInt(Math.abs(distance));
            code.op(distance > 0 ? Jvm.LUSHR : Jvm.LSHL);
        }
    }
}
