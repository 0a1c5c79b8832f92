package tuxloom.engine;

import java.util.Arrays;

/** Types and JVM slots of a function's locals, kept as runs, so that ten bytes that declare 50,000 cost nothing. */
final class LocalTypes {
    static final int MAXIMUM = 50_000;

    private int[] ends = new int[16];
    private byte[] types = new byte[16];
    private int[] slotStarts = new int[16];
    private int[] kindStarts = new int[16];
    private final int[] kindCounts = new int[5];
    private int runs;
    private int count;
    private int slots;

    void reset() {
        runs = 0;
        count = 0;
        slots = 0;
        Arrays.fill(kindCounts, 0);
    }

    /** Appends locals; the caller has checked that there are not too many. */
    void add(int more, int type) {
        if (more == 0) {
            return;
        }
        if (runs == ends.length) {
            ends = Arrays.copyOf(ends, runs * 2);
            types = Arrays.copyOf(types, runs * 2);
            slotStarts = Arrays.copyOf(slotStarts, runs * 2);
            kindStarts = Arrays.copyOf(kindStarts, runs * 2);
        }
        slotStarts[runs] = slots;
        int kind = FunctionEmitter.kind(type);
        kindStarts[runs] = kindCounts[kind];
        kindCounts[kind] += more * places(type);
        types[runs] = (byte) type;
        count += more;
        slots += more * Validator.slots(type);
        ends[runs++] = count;
    }

    /** Returns how many JVM values carry one of the type. */
    private static int places(int type) {
        return type == Validator.V128 ? 2 : 1;
    }

    /** Leaves room in the slots, for what is no wasm local. */
    void skipSlot() {
        slots++;
    }

    int count() {
        return count;
    }

    int slots() {
        return slots;
    }

    private int run(int local) {
        if (runs <= 8) {
            int run = 0;
            while (ends[run] <= local) {
                run++;
            }
            return run;
        }
        int found = Arrays.binarySearch(ends, 0, runs, local + 1);
        return found >= 0 ? found : -found - 1;
    }

    /** Returns the type of a local; the caller has checked that it exists. */
    int type(int local) {
        return types[run(local)];
    }

    /** Returns how many locals are carried by the same kind of JVM value. */
    int countOfKind(int kind) {
        return kindCounts[kind];
    }

    /** Returns a local's number among those of its kind. */
    int indexInKind(int local) {
        int run = run(local);
        return kindStarts[run] + (local - (run == 0 ? 0 : ends[run - 1])) * places(types[run]);
    }

    /** Returns the JVM slot of a local. */
    int slot(int local) {
        int run = run(local);
        int start = run == 0 ? 0 : ends[run - 1];
        return slotStarts[run] + (local - start) * Validator.slots(types[run]);
    }
}
