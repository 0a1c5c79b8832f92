package tuxloom.engine;

import java.util.Arrays;

/**
 * Which locals' values are still needed, before each instruction of a function: a backward data-flow analysis over the
 * nested blocks, repeated until what loops need does not grow any more.
 */
final class OutlineLiveness {
    private static final int MAXIMUM_PASSES = 40;

    private final OutlineScan scan;
    private final int words;

    /** A row of bits for each instruction. */
    private final long[] before;

    private boolean changed = true;

    OutlineLiveness(OutlineScan scan, int locals) {
        this.scan = scan;
        words = Math.max(1, (locals + 63) >> 6);
        before = new long[Math.multiplyExact(scan.count + 1, words)];
        for (int passes = 0; changed && passes < MAXIMUM_PASSES; passes++) {
            changed = false;
            pass();
        }
    }

    /** Says whether the analysis came to an end; loops nested very deeply take too long. */
    boolean isComplete() {
        return !changed;
    }

    int words() {
        return words;
    }

    /** Adds the locals that are needed before an instruction to {@code set}. */
    void addTo(long[] set, int index) {
        for (int w = 0; w < words; w++) {
            set[w] |= before[index * words + w];
        }
    }

    /** Adds the locals that are needed where a branch to a block arrives. */
    void addTargetTo(long[] set, int block) {
        if (block >= 0) {
            addTo(set, scan.op(block) == Opcode.LOOP ? block : scan.end[block]);
        }
    }

    private void pass() {
        long[] live = new long[words];
        for (int index = scan.count - 1; index >= 0; index--) {
            step(index, live);
            int row = index * words;
            for (int w = 0; w < words; w++) {
                if (before[row + w] != live[w]) {
                    before[row + w] = live[w];
                    changed |= scan.op(index) == Opcode.LOOP;
                }
            }
        }
    }

    private void step(int index, long[] live) {
        switch (scan.op(index)) {
            case Opcode.LOCAL_GET -> live[scan.argument[index] >> 6] |= 1L << scan.argument[index];
            case Opcode.LOCAL_SET, Opcode.LOCAL_TEE -> live[scan.argument[index] >> 6] &= ~(1L << scan.argument[index]);
            case Opcode.BR, Opcode.BR_TABLE -> {
                Arrays.fill(live, 0);
                branch(index, live);
            }
            case Opcode.BR_IF -> branch(index, live);
            case Opcode.RETURN,
                    Opcode.UNREACHABLE,
                    Opcode.THROW,
                    Opcode.THROW_REF,
                    Opcode.RETURN_CALL,
                    Opcode.RETURN_CALL_INDIRECT -> Arrays.fill(live, 0);
            case Opcode.ELSE -> {
                // The part before it goes on behind the end.
                Arrays.fill(live, 0);
                addTo(live, scan.end[scan.parent[index]]);
            }
            case Opcode.IF -> addTo(live, scan.otherwise[index] > 0 ? scan.otherwise[index] + 1 : scan.end[index]);
            default -> {}
        }
    }

    private void branch(int index, long[] live) {
        for (int target : scan.targets(index)) {
            addTargetTo(live, target);
        }
    }
}
