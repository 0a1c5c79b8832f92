package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** Instructions on tables, as generated code calls them. Public only because generated classes live elsewhere. */
public final class TableOperations {
    private TableOperations() {}

    /** Returns the function to call indirectly. */
    public static Function functionAt(int index, Table table) {
        @Nullable Function[] functions = table.functions;
        if (Integer.compareUnsigned(index, functions.length) >= 0) {
            throw undefinedElement(index, functions.length);
        }
        Function function = functions[index];
        return function != null ? function : table.materialise(index);
    }

    /** Returns the number of the function to call indirectly, or 0 ({@link TableNumbers}). */
    public static int numberAt(int index, Table table) {
        int[] numbers = table.numbers;
        return Integer.compareUnsigned(index, numbers.length) < 0 ? numbers[index] : 0;
    }

    private static Trap undefinedElement(int index, int size) {
        return new Trap(Trap.Kind.UNDEFINED_ELEMENT, "element " + Integer.toUnsignedString(index) + " of " + size);
    }

    /** Returns the trap of an indirect call of a function of another type, to be thrown. */
    public static Trap wrongType() {
        return new Trap(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH);
    }

    /** Executes {@code table.get}. */
    public static @Nullable Object get(int index, Table table) {
        return table.getReference(index);
    }

    /** Executes {@code table.set}. */
    public static void set(int index, @Nullable Object value, Table table) {
        table.set(index, value);
    }

    /** Executes {@code table.size}. */
    public static int size(Table table) {
        return table.size();
    }

    /** Executes {@code table.grow}. */
    public static int grow(@Nullable Object value, int delta, Table table) {
        return table.grow(delta, value);
    }

    /** Executes {@code table.fill}. */
    public static void fill(int index, @Nullable Object value, int length, Table table) {
        table.check(index, length);
        for (int i = 0; i < length; i++) {
            table.set(index + i, value);
        }
    }

    /** Executes {@code table.copy}. */
    public static void copy(int target, int from, int length, Table into, Table source) {
        source.check(from, length);
        into.check(target, length);
        into.copyFrom(target, source, from, length);
    }

    /** Executes {@code table.init}. */
    public static void init(int target, int from, int length, int segment, Table table, Context c) {
        c.instance.initTable(table, segment, target, from, length);
    }

    /** Executes {@code elem.drop}. */
    public static void elementDrop(int segment, Context c) {
        c.instance.dropElements(segment);
    }
}
