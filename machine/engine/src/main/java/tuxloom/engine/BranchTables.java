package tuxloom.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Branch tables that are too large for a JVM method: looked up by index, decoded from the module when first used. */
public final class BranchTables {
    static final Member LOOK_UP =
            Member.of("tuxloom/engine/BranchTables", "target", "(II" + Members.CONTEXT_DESCRIPTOR + ")I");

    static final Member NUMBER = Member.of("tuxloom/engine/BranchTables", "number", "(III)I");

    private final byte[] module;
    private final Map<Integer, int[]> tables = new ConcurrentHashMap<>();

    BranchTables(byte[] module) {
        this.module = module;
    }

    /** Returns which of the table's distinct targets, in the order of their first appearance, {@code index} selects. */
    public static int target(int index, int offset, Context c) {
        BranchTables all = c.instance.module().branchTables();
        int[] table = all.tables.computeIfAbsent(offset, all::decode);
        return table[number(index, table.length - 1, 0)];
    }

    /** Returns the number of a target, when they have consecutive ones and the last is the default. */
    public static int number(int index, int last, int first) {
        return first + (Integer.compareUnsigned(index, last) < 0 ? index : last);
    }

    private int[] decode(int offset) {
        BinaryReader in = new BinaryReader(module, offset, module.length);
        int[] table = new int[in.u32() + 1];
        Map<Integer, Integer> numbers = new java.util.HashMap<>();
        for (int i = 0; i < table.length; i++) {
            int depth = in.u32();
            Integer number = numbers.putIfAbsent(depth, numbers.size());
            table[i] = number == null ? numbers.size() - 1 : number;
        }
        return table;
    }
}
