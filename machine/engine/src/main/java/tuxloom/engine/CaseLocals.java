package tuxloom.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which locals the cases of an interpreter's switch shall have anew, each its own. C2 keeps one copy of an expression that several
 * cases compute of the same locals, and places it before the switch, where each round computes it for whatever case comes: in an
 * interpreter of many small cases this is most of the work. It cannot know that a local to which something is added that is
 * zero in this case ({@link CaseSwitch}) is the same as before.
 */
final class CaseLocals {
    /** Switches with fewer targets have no expressions worth the trouble. */
    static final int MANY_TARGETS = 64;

    /** Shared expressions from which on it pays: computing them all must take longer than the additions in one case. */
    private static final int MANY_SHARED = 32;

    /** A longer case does not notice. */
    private static final int MAXIMUM_LOCALS = 8;

    /** Each is looked at in time linear to the function's length. */
    private static final int MAXIMUM_TABLES = 8;

    private static final int[] NONE = {};

    private final OutlineScan scan;
    private final Map<Integer, int[][]> tables = new HashMap<>();

    private CaseLocals(OutlineScan scan) {
        this.scan = scan;
    }

    /** Returns what there is to do in a function's switches, or null for nothing. */
    static @Nullable CaseLocals of(OutlineScan scan) {
        if (scan.refused) {
            return null;
        }
        CaseLocals all = new CaseLocals(scan);
        int left = MAXIMUM_TABLES;
        for (int i = 0; i < scan.count && left > 0; i++) {
            if (scan.op(i) == Opcode.BR_TABLE && scan.targets(i).length >= MANY_TARGETS && all.isInLoop(i)) {
                all.table(i);
                left--;
            }
        }
        return all.tables.isEmpty() ? null : all;
    }

    /** Returns the locals for each target of the branch table whose operands are at a place of the module, or null. */
    int @Nullable [][] of(int tableOffset) {
        return tables.get(tableOffset);
    }

    private boolean isInLoop(int index) {
        int block = scan.parent[index];
        while (block >= 0 && scan.op(block) != Opcode.LOOP) {
            block = scan.parent[block];
        }
        return block >= 0;
    }

    private void table(int index) {
        int[] targets = scan.targets(index);
        Map<Integer, int[]> reads = new HashMap<>();
        Set<Long> seen = new HashSet<>();
        Set<Long> shared = new HashSet<>();
        for (int target : targets) {
            if (target >= 0 && scan.op(target) != Opcode.LOOP && !reads.containsKey(target)) {
                Set<Long> own = new HashSet<>();
                reads.put(target, read(target, own));
                for (long expression : own) {
                    if (!seen.add(expression)) {
                        shared.add(expression);
                    }
                }
            }
        }
        if (reads.size() < MANY_TARGETS || shared.size() < MANY_SHARED) {
            return;
        }
        int[][] locals = new int[targets.length][];
        for (int i = 0; i < targets.length; i++) {
            locals[i] = reads.getOrDefault(targets[i], NONE);
        }
        tables.put(scan.position[index] + 1, locals);
    }

    /** Returns the locals that a case, the code behind a block, reads as it finds them; {@code expressions} gets what it computes of them. */
    private int[] read(int block, Set<Long> expressions) {
        int parent = scan.parent[block];
        int end = parent < 0 ? scan.count - 1 : scan.end[parent];
        Set<Integer> read = new LinkedHashSet<>();
        Set<Integer> written = new HashSet<>();
        for (int i = scan.end[block] + 1; i < end; i++) {
            int local = scan.argument[i];
            switch (scan.op(i)) {
                case Opcode.LOCAL_SET, Opcode.LOCAL_TEE -> written.add(local);
                case Opcode.LOCAL_GET -> {
                    if (!written.contains(local)) {
                        read.add(local);
                        expression(i, written, expressions);
                    }
                }
                default -> {}
            }
        }
        return read.size() > MAXIMUM_LOCALS
                ? NONE
                : read.stream().mapToInt(local -> local).toArray();
    }

    /** Notes an operation on a local that has just been read and a constant or another local. */
    private void expression(int index, Set<Integer> written, Set<Long> expressions) {
        if (index + 2 >= scan.count) {
            return;
        }
        int operation = scan.op(index + 2);
        if (operation < Opcode.I32_ADD || operation > Opcode.I64_ROTR) {
            return;
        }
        long key = (long) operation << 50 | (long) scan.argument[index] << 33;
        int second = scan.op(index + 1);
        if (second == Opcode.I32_CONST) {
            expressions.add(key | (scan.constant(index + 1) & 0xffffffffL));
        } else if (second == Opcode.LOCAL_GET && !written.contains(scan.argument[index + 1])) {
            expressions.add(key | 1L << 32 | scan.argument[index + 1]);
        }
    }
}
