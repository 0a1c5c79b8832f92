package tuxloom.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The instructions of one function as a flat list: what {@link OutlinePlan} needs to know to divide it. Filled while
 * validation walks over the body. Nesting is by index: {@link #end} of a block, {@link #otherwise} of an if.
 */
final class OutlineScan {
    private static final int[] NO_TARGETS = {};

    /** Planning recurses into blocks. */
    private static final int MAXIMUM_DEPTH = 1_000;

    private final BinaryReader reader;
    private final List<int[]> tables = new ArrayList<>();
    private int[] open = new int[64];
    private int depth;

    int count;
    int[] position = new int[1024];
    byte[] opcode = new byte[1024];

    /** A local's index; the block that a branch goes to, as in {@link #targets}; the number of a branch table. */
    int[] argument = new int[1024];

    /** Whether the operand stack is where the innermost block began, so that a method may begin or end here. */
    boolean[] atBase = new boolean[1024];

    /** The innermost block that an instruction is in, by the index of what opened it, -1 for the function's body. */
    int[] parent = new int[1024];

    /** Where a block ends; 0 for other instructions. */
    int[] end = new int[1024];

    /** The else of an if, or 0. */
    int[] otherwise = new int[1024];

    /** Whether branches to a block take operands along. */
    private boolean[] operands = new boolean[1024];

    /** Set when there is something that cannot be moved to another method, a try, or blocks are nested too deeply. */
    boolean refused;

    OutlineScan(byte[] bytes) {
        reader = new BinaryReader(bytes, 0, bytes.length);
    }

    /** Takes the instruction at a place of the module, before validation does. */
    void instruction(int at, boolean isAtBase) {
        if (refused) {
            return;
        }
        if (count == position.length) {
            grow();
        }
        int index = count++;
        reader.position = at;
        int op = reader.u8();
        position[index] = at;
        opcode[index] = (byte) op;
        atBase[index] = isAtBase;
        parent[index] = depth == 0 ? -1 : open[depth - 1];
        switch (op) {
            case Opcode.BLOCK, Opcode.LOOP, Opcode.IF -> {
                if (depth == open.length) {
                    open = Arrays.copyOf(open, depth * 2);
                }
                open[depth++] = index;
                refused |= depth > MAXIMUM_DEPTH;
            }
            case Opcode.ELSE -> otherwise[open[depth - 1]] = index;
            case Opcode.END -> {
                // The last one ends the function.
                if (depth > 0) {
                    end[open[--depth]] = index;
                }
            }
            case Opcode.TRY, Opcode.TRY_TABLE -> refused = true;
            case Opcode.BR, Opcode.BR_IF -> argument[index] = target();
            case Opcode.LOCAL_GET, Opcode.LOCAL_SET, Opcode.LOCAL_TEE -> argument[index] = reader.index();
            case Opcode.BR_TABLE -> {
                argument[index] = tables.size();
                tables.add(readTable());
            }
            default -> {}
        }
    }

    /** Reads a label. */
    private int target() {
        int block = depth - 1 - reader.index();
        return block < 0 ? -1 : open[block];
    }

    private int[] readTable() {
        int[] targets = new int[reader.index() + 1];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = target();
        }
        return targets;
    }

    private void grow() {
        int size = count * 2;
        position = Arrays.copyOf(position, size);
        opcode = Arrays.copyOf(opcode, size);
        argument = Arrays.copyOf(argument, size);
        atBase = Arrays.copyOf(atBase, size);
        parent = Arrays.copyOf(parent, size);
        end = Arrays.copyOf(end, size);
        otherwise = Arrays.copyOf(otherwise, size);
        operands = Arrays.copyOf(operands, size);
    }

    /** Takes notice of a block's label, right behind the instruction that opened it. */
    void label(boolean hasOperands) {
        operands[open[depth - 1]] = hasOperands;
    }

    boolean hasOperands(int block) {
        return operands[block];
    }

    /** Says whether the last instruction opened a block. */
    boolean hasOpened() {
        return !refused && depth > 0 && open[depth - 1] == count - 1;
    }

    int op(int index) {
        return opcode[index] & 0xff;
    }

    /**
     * Returns the blocks that an instruction branches to, by the indexes of what opened them; -1 is the function's body.
     * None for a return.
     */
    int[] targets(int index) {
        return switch (op(index)) {
            case Opcode.BR, Opcode.BR_IF -> new int[] {argument[index]};
            case Opcode.BR_TABLE -> tables.get(argument[index]);
            default -> NO_TARGETS;
        };
    }

    /** Returns roughly how many bytes of JVM code an instruction becomes. */
    int bytes(int index) {
        int op = op(index);
        if (op >= Opcode.I32_LOAD && op <= Opcode.I64_STORE32) {
            return 7;
        }
        return switch (op) {
            case Opcode.NOP, Opcode.BLOCK, Opcode.END -> 0;
            case Opcode.LOCAL_GET, Opcode.LOCAL_SET, Opcode.I32_CONST -> 2;
            case Opcode.LOOP, Opcode.CALL, Opcode.GLOBAL_GET, Opcode.GLOBAL_SET -> 5;
            case Opcode.CALL_INDIRECT -> 20;
            case Opcode.BR_TABLE -> 12 + 4 * targets(index).length;
            case Opcode.PREFIX_MISC, Opcode.PREFIX_SIMD, Opcode.PREFIX_ATOMIC -> 9;
            default -> 3;
        };
    }
}
