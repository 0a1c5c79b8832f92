package tuxloom.engine;

import java.util.HashSet;
import java.util.Set;

/** Which functions are interpreters: a loop around a large branch table, in whose cases nothing runs for long. */
final class Interpreters {
    /** Tables with fewer different targets are not worth the trouble. */
    static final int MANY_CASES = 32;

    /** Loops inside of the cases may be one part in so many of the dispatching loop's code. */
    private static final int PARTS_WITHOUT_LOOPS = 16;

    /** Each is looked at in time linear to the function's length. */
    private static final int MAXIMUM_TABLES = 8;

    private Interpreters() {}

    /**
     * Says whether each case of a function's dispatching loop is better off as a method of its own, as {@link LargeFunction} makes
     * them: the way to the next case is shorter. Locals are in memory there, so it is not where much of the code is loops.
     */
    static boolean is(OutlineScan scan) {
        int left = MAXIMUM_TABLES;
        for (int i = 0; i < scan.count && left > 0 && !scan.refused; i++) {
            if (scan.op(i) == Opcode.BR_TABLE && scan.targets(i).length >= MANY_CASES) {
                left--;
                int loop = loopAround(scan, i);
                int cases = distinct(scan.targets(i));
                if (loop >= 0
                        && cases >= MANY_CASES
                        && cases < LargeFunction.MANY_PARTS
                        && hasHardlyLoops(scan, loop)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int distinct(int[] targets) {
        Set<Integer> distinct = new HashSet<>();
        for (int target : targets) {
            distinct.add(target);
        }
        return distinct.size();
    }

    private static int loopAround(OutlineScan scan, int index) {
        int block = scan.parent[index];
        while (block >= 0 && scan.op(block) != Opcode.LOOP) {
            block = scan.parent[block];
        }
        return block;
    }

    private static boolean hasHardlyLoops(OutlineScan scan, int loop) {
        long all = 0;
        long looping = 0;
        int loopEnd = 0;
        for (int i = loop + 1; i < scan.end[loop]; i++) {
            if (i > loopEnd && scan.op(i) == Opcode.LOOP) {
                loopEnd = scan.end[i];
            }
            int bytes = scan.bytes(i);
            all += bytes;
            looping += i < loopEnd ? bytes : 0;
        }
        return looping * PARTS_WITHOUT_LOOPS <= all;
    }
}
