package tuxloom.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A table of references (core specification 4.2.7). May be used by one thread at a time.
 *
 * <p>The table of an instance starts as a view of its module's {@link TableTemplate} and becomes a table of its own
 * when it is first written to, or when another instance imports it.
 */
public final class Table implements Extern {
    /** Smaller tables are not worth counting. */
    private static final int UNCOUNTED_ELEMENTS = 1_024;

    /** A reference, and the number of the function that one stands for. */
    private static final int ELEMENT_BYTES = 8;

    static final int[] NO_NUMBERS = {};

    private final TableType type;

    /** The elements; in a table of functions a {@code Function[]}. Its length is the table's. */
    @Nullable
    Object[] elements;

    /** The same array as {@link #elements}, in a table of functions; empty otherwise. */
    @Nullable
    Function[] functions;

    /** The numbers of the elements' functions ({@link TableNumbers}) while the table is a view; empty otherwise. */
    int[] numbers = NO_NUMBERS;

    /** While not null, what the table is a view of. */
    private @Nullable TableTemplate template;

    /** Function index plus one of elements whose function is not made yet; null when there are none. */
    private int @Nullable [] pending;

    /** What it shares with other tables of its instance, or null if nothing but its own limit counts. */
    private @Nullable TableQuota quota;

    /** Where a large table takes its elements from, or null if nobody counts them. */
    private @Nullable HostBudget budget;

    private HostBudget.@Nullable Lease lease;

    /** Whose functions the pending ones are. */
    private @Nullable Instance owner;

    private Table(TableType type, @Nullable Object[] elements) {
        this.type = type;
        this.elements = elements;
        functions = elements instanceof @Nullable Function[] own ? own : new Function[0];
    }

    /**
     * Makes a table of null references.
     *
     * @throws IllegalArgumentException if its minimum is more than 10,000,000 elements
     */
    public static Table allocate(TableType type) {
        return allocate(type, null);
    }

    static Table allocate(TableType type, @Nullable Object initial) {
        long minimum = type.limits().minimum();
        if (minimum > TableType.MAXIMUM_ELEMENTS) {
            throw new IllegalArgumentException(
                    "a table of " + minimum + " elements exceeds the limit of " + TableType.MAXIMUM_ELEMENTS);
        }
        @Nullable Object[] elements = newArray(type.element(), (int) minimum);
        Arrays.fill(elements, initial);
        return new Table(type, elements);
    }

    /**
     * Makes a table of null references whose heap counts in a machine's budget.
     *
     * @throws IllegalArgumentException if its minimum is too large, or more than the budget has
     */
    static Table allocateWithin(TableType type, HostBudget budget) {
        Table table = new Table(type, newArray(type.element(), 0));
        table.budget = budget;
        long minimum = type.limits().minimum();
        if (minimum > 0 && (minimum > TableType.MAXIMUM_ELEMENTS || table.grow((int) minimum, null) < 0)) {
            throw new IllegalArgumentException("a table of " + minimum + " elements exceeds the limit of "
                    + TableType.MAXIMUM_ELEMENTS + ", or what the machine has left of the host's heap");
        }
        return table;
    }

    static Table viewOf(TableTemplate template, TableType type, Instance owner) {
        Table table = new Table(type, template.functions);
        table.budget = owner.module().data().budget;
        table.template = template;
        table.numbers = template.numbers;
        table.owner = owner;
        return table;
    }

    private static @Nullable Object[] newArray(ValueType element, int length) {
        return element == ValueType.FUNCREF ? new @Nullable Function[length] : new @Nullable Object[length];
    }

    /** Has the table take its elements, now and when it grows, from a quota, which still has as many. */
    void takeFrom(TableQuota shared) {
        shared.take(size());
        quota = shared;
    }

    private boolean takeHeap(long elementCount) {
        HostBudget from = budget;
        if (from == null || elementCount <= UNCOUNTED_ELEMENTS) {
            return true;
        }
        HostBudget.Lease own = lease;
        if (own == null) {
            own = from.heapFor(this);
            lease = own;
        }
        return own.resize(elementCount * ELEMENT_BYTES);
    }

    /** Returns the type, with the present size as minimum. */
    @Override
    public TableType type() {
        return new TableType(type.element(), new Limits(size(), type.limits().maximum()));
    }

    /** Returns the number of elements. */
    public int size() {
        return elements.length;
    }

    /** Makes the table independent of its template. */
    void privatise() {
        TableTemplate shared = template;
        if (shared != null) {
            if (!takeHeap(size())) {
                throw new Trap(Trap.Kind.UNREACHABLE, "no room in the host for a table of " + size() + " elements");
            }
            pending = shared.indexes.clone();
            functions = new @Nullable Function[elements.length];
            elements = functions;
            template = null;
            numbers = NO_NUMBERS;
        }
    }

    /**
     * Returns an element, null included.
     *
     * @throws Trap if there is no such element
     */
    public @Nullable Object getReference(int index) {
        check(index, 1);
        TableTemplate shared = template;
        if (shared != null) {
            return shared.indexes[index] == 0 ? null : bound(shared.indexes[index]);
        }
        Object element = elements[index];
        if (element == null && pending != null && pending[index] != 0) {
            element = bound(pending[index]);
            elements[index] = element;
            pending[index] = 0;
        }
        return element;
    }

    /**
     * Returns a function, or null.
     *
     * @throws Trap if there is no such element
     */
    public @Nullable Function get(int index) {
        return (Function) getReference(index);
    }

    private Function bound(int pendingIndex) {
        return java.util.Objects.requireNonNull(owner).functionAt(pendingIndex - 1);
    }

    /** Returns the function to call for an element that {@link #functions} has as null; traps if it really is. */
    Function materialise(int index) {
        TableTemplate shared = template;
        if (shared != null && shared.indexes[index] != 0) {
            return shared.function(index);
        }
        Object element = getReference(index);
        if (element == null) {
            throw new Trap(Trap.Kind.UNINITIALIZED_ELEMENT, "element " + index);
        }
        return (Function) element;
    }

    /**
     * Changes an element.
     *
     * @throws Trap if there is no such element
     * @throws IllegalArgumentException if the value is not of the element type
     */
    public void set(int index, @Nullable Object value) {
        Values.check(type.element(), value);
        check(index, 1);
        privatise();
        elements[index] = value;
        if (pending != null) {
            pending[index] = 0;
        }
    }

    /**
     * Grows the table.
     *
     * @return the old size, or -1 if the type or the limit of 10,000,000 elements, for all tables of an instance,
     *     does not allow the new one
     */
    public int grow(int delta, @Nullable Object value) {
        Values.check(type.element(), value);
        int old = size();
        long wanted = old + (delta & 0xffffffffL);
        if (wanted > Math.min(type.limits().maximum().orElse(Long.MAX_VALUE), TableType.MAXIMUM_ELEMENTS)) {
            return -1;
        }
        if (quota != null && !quota.take(wanted - old)) {
            return -1;
        }
        privatise();
        if (!takeHeap(wanted)) {
            return -1;
        }
        @Nullable Object[] grown = Arrays.copyOf(elements, (int) wanted);
        Arrays.fill(grown, old, grown.length, value);
        elements = grown;
        if (grown instanceof @Nullable Function[] own) {
            functions = own;
        }
        if (pending != null) {
            pending = Arrays.copyOf(pending, grown.length);
        }
        return old;
    }

    /** Traps unless the elements from {@code index} on exist; both numbers are unsigned. */
    void check(int index, int length) {
        if ((index & 0xffffffffL) + (length & 0xffffffffL) > elements.length) {
            throw new Trap(
                    Trap.Kind.OUT_OF_BOUNDS_TABLE,
                    "element " + Integer.toUnsignedString(index) + " of " + elements.length);
        }
    }

    /** Copies checked ranges, which may overlap. */
    void copyFrom(int target, Table source, int from, int length) {
        if (length == 0) {
            return;
        }
        privatise();
        boolean ascending = source != this || target <= from;
        for (int i = 0; i < length; i++) {
            int k = ascending ? i : length - 1 - i;
            set(target + k, source.getReference(from + k));
        }
    }
}
