package tuxloom.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which parts of a large function become methods of their own. The JVM's compilers take long over large methods or
 * refuse them, and then interpret them; they inline small methods that are hot. So as little as is needed to make the
 * function's own method small enough is taken out, the largest runs first: typically the case bodies of an
 * interpreter's switch, while the dispatching loop stays.
 */
final class OutlinePlan {
    /** Methods up to this size are compiled well by all of the JVM's compilers. */
    static final int GOOD_BYTES = 6_000;

    private static final int[] SMALLEST = {3_000, 1_500, 800, 400, 200, 100, 60};
    private static final int MAXIMUM_LOCALS = 4_000;
    private static final long MAXIMUM_WORK = 16_000_000;
    private static final int MAXIMUM_ARGUMENTS = 60;
    private static final int MAXIMUM_EXITS = 100;
    private static final int MAXIMUM_NESTED_EXITS = 4;

    /** What a call costs at least, in bytes. */
    private static final int CALL_BYTES = 12;

    private final OutlineScan scan;
    private final OutlineLiveness liveness;
    private final LocalTypes locals;
    private final long[] sums;
    private final boolean mayReturn;
    private List<OutlineRegion> regions = new ArrayList<>();
    private int smallest;

    private OutlinePlan(OutlineScan scan, LocalTypes locals, boolean mayReturn) {
        this.scan = scan;
        this.locals = locals;
        this.mayReturn = mayReturn;
        liveness = new OutlineLiveness(scan, locals.count());
        sums = new long[scan.count + 1];
        for (int i = 0; i < scan.count; i++) {
            sums[i + 1] = sums[i] + scan.bytes(i);
        }
    }

    /**
     * Chooses the regions of a function, in order of their places, none within another.
     *
     * @param mayReturn whether a region may contain a return: the function has at most one, numeric, result
     */
    static List<OutlineRegion> regions(OutlineScan scan, LocalTypes locals, boolean mayReturn) {
        OutlinePlan plan = begin(scan, locals, mayReturn);
        if (plan == null) {
            return List.of();
        }
        for (int bytes : SMALLEST) {
            plan.smallest = bytes;
            plan.regions = new ArrayList<>();
            if (plan.part(0, scan.count - 1) <= GOOD_BYTES) {
                break;
            }
        }
        return plan.regions;
    }

    /**
     * Chooses the loops that are small enough for a method, the outermost first: for functions that have locals in memory otherwise.
     * Loops that dispatch to many cases stay.
     */
    static List<OutlineRegion> loops(OutlineScan scan, LocalTypes locals, boolean mayReturn) {
        OutlinePlan plan = begin(scan, locals, mayReturn);
        if (plan == null) {
            return List.of();
        }
        for (int i = 0; i < scan.count; i++) {
            int next = scan.end[i] + 1;
            if (scan.op(i) == Opcode.LOOP
                    && scan.atBase[i]
                    && scan.atBase[next]
                    && plan.isClosed(i, next)
                    && !plan.dispatches(i, next)) {
                OutlineRegion region = plan.region(i, next);
                if (region != null) {
                    plan.regions.add(region);
                    i = next - 1;
                }
            }
        }
        return plan.regions;
    }

    private static @Nullable OutlinePlan begin(OutlineScan scan, LocalTypes locals, boolean mayReturn) {
        if (scan.refused || locals.count() > MAXIMUM_LOCALS || (long) scan.count * locals.count() > MAXIMUM_WORK) {
            return null;
        }
        OutlinePlan plan = new OutlinePlan(scan, locals, mayReturn);
        return plan.liveness.isComplete() ? plan : null;
    }

    private long size(int from, int to) {
        return sums[to] - sums[from];
    }

    /** Takes regions out of a part of a block, which is all on one level of nesting; returns what is left. */
    private long part(int from, int to) {
        long left = 0;
        int start = -1;
        int good = -1;
        int next;
        for (int index = from; index < to; index = next) {
            next = scan.end[index] > index ? scan.end[index] + 1 : index + 1;
            boolean whole = next == index + 1 || isClosed(index, next);
            if (scan.atBase[index]) {
                if (start >= 0 && size(start, next) > GOOD_BYTES) {
                    left += run(start, index);
                    start = -1;
                }
                start = start < 0 ? index : start;
                good = index;
            }
            if (!whole) {
                left += start < 0 ? 0 : run(start, good) + size(good, index);
                left += nested(index, next - 1);
                start = -1;
            } else if (start < 0) {
                left += size(index, next);
            }
        }
        if (start >= 0) {
            good = scan.atBase[to] ? to : good;
            left += run(start, good) + size(good, to);
        }
        return left;
    }

    private long nested(int open, int end) {
        int middle = scan.otherwise[open];
        long left = scan.bytes(open);
        if (middle > 0) {
            return left + part(open + 1, middle) + part(middle + 1, end);
        }
        return left + part(open + 1, end);
    }

    /** Says whether a nested block may be a piece of a region: it is small, and no dispatcher for what is outside. */
    private boolean isClosed(int open, int next) {
        if (size(open, next) > GOOD_BYTES) {
            return false;
        }
        Set<Integer> outside = new HashSet<>();
        for (int i = open; i < next; i++) {
            if (scan.op(i) == Opcode.BR_TABLE) {
                for (int target : scan.targets(i)) {
                    if (target < open) {
                        outside.add(target);
                    }
                }
            }
        }
        return outside.size() <= MAXIMUM_NESTED_EXITS;
    }

    private boolean dispatches(int from, int to) {
        for (int i = from; i < to; i++) {
            if (scan.op(i) == Opcode.BR_TABLE && scan.targets(i).length >= Interpreters.MANY_CASES) {
                return true;
            }
        }
        return false;
    }

    /** Makes a region of a run of whole instructions and blocks if that pays; returns what stays in the method. */
    private long run(int from, int to) {
        long size = size(from, to);
        if (size < smallest) {
            return size;
        }
        OutlineRegion region = region(from, to);
        if (region == null) {
            return pieces(from, to);
        }
        long call = CALL_BYTES + 3L * region.arguments().length + 6L * region.outputs().length + 8L * region.exits();
        if (call >= size - size / 4) {
            return size;
        }
        regions.add(region);
        return call;
    }

    /** Looks for regions inside of a run's blocks. */
    private long pieces(int from, int to) {
        long left = 0;
        int next;
        for (int index = from; index < to; index = next) {
            boolean block = scan.end[index] > index;
            next = block ? scan.end[index] + 1 : index + 1;
            left += block ? nested(index, next - 1) : size(index, next);
        }
        return left;
    }

    private @Nullable OutlineRegion region(int from, int to) {
        int words = liveness.words();
        long[] used = new long[words];
        long[] written = new long[words];
        long[] after = new long[words];
        Set<Integer> exits = new HashSet<>();
        for (int i = from; i < to; i++) {
            int op = scan.op(i);
            if (op >= Opcode.LOCAL_GET && op <= Opcode.LOCAL_TEE) {
                int local = scan.argument[i];
                used[local >> 6] |= 1L << local;
                if (op != Opcode.LOCAL_GET) {
                    written[local >> 6] |= 1L << local;
                }
            } else if (op == Opcode.RETURN) {
                exits.add(-1);
            } else if (op == Opcode.RETURN_CALL || op == Opcode.RETURN_CALL_INDIRECT) {
                return null;
            }
            for (int target : scan.targets(i)) {
                if (target < from && exits.add(target)) {
                    liveness.addTargetTo(after, target);
                }
            }
        }
        if ((exits.contains(-1) && !mayReturn) || !areEmpty(exits)) {
            return null;
        }
        if (!endsControl(to - 1)) {
            exits.add(Integer.MAX_VALUE);
            liveness.addTo(after, to);
        }
        long[] before = new long[words];
        liveness.addTo(before, from);
        int[] arguments = members(used, before, true);
        int[] others = members(used, before, false);
        int[] outputs = members(written, after, true);
        if (arguments.length > MAXIMUM_ARGUMENTS || exits.size() > MAXIMUM_EXITS || !fit(arguments, others, outputs)) {
            return null;
        }
        return new OutlineRegion(scan.position[from], scan.position[to], arguments, others, outputs, exits.size());
    }

    /** Says whether control never gets behind an instruction; it may only be underestimated. */
    private boolean endsControl(int index) {
        return switch (scan.op(index)) {
            case Opcode.BR, Opcode.BR_TABLE, Opcode.RETURN, Opcode.UNREACHABLE -> true;
            default -> false;
        };
    }

    /** Says whether no branch to one of the blocks takes operands along. */
    private boolean areEmpty(Set<Integer> blocks) {
        for (int block : blocks) {
            if (block >= 0 && scan.hasOperands(block)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the locals that are in {@code set} and whose bit in {@code other} is as wanted. */
    private static int[] members(long[] set, long[] other, boolean wanted) {
        java.util.stream.IntStream.Builder found = java.util.stream.IntStream.builder();
        for (int w = 0; w < set.length; w++) {
            long bits = set[w] & (wanted ? other[w] : ~other[w]);
            for (; bits != 0; bits &= bits - 1) {
                found.add((w << 6) + Long.numberOfTrailingZeros(bits));
            }
        }
        return found.build().toArray();
    }

    /** Says whether all locals are numbers and there are places for the outputs. */
    private boolean fit(int[] arguments, int[] others, int[] outputs) {
        for (int[] list : new int[][] {arguments, others}) {
            for (int local : list) {
                if (locals.type(local) > Validator.F64) {
                    return false;
                }
            }
        }
        int[] counts = new int[FunctionEmitter.REFERENCE];
        for (int local : outputs) {
            if (++counts[locals.type(local)] > Outliner.OUTPUTS) {
                return false;
            }
        }
        return true;
    }
}
