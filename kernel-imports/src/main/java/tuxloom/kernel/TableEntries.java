package tuxloom.kernel;

import java.util.List;
import tuxloom.engine.Function;
import tuxloom.engine.FunctionType;
import tuxloom.engine.Instance;
import tuxloom.engine.Trap;
import tuxloom.engine.ValueType;

/** Looks up functions in the table that kernels and programs export. */
final class TableEntries {
    static final String TABLE = "__indirect_function_table";

    private static final FunctionType ENTRY = new FunctionType(List.of(ValueType.I32), List.of());
    private static final FunctionType ENTRY_WITH_RESULT =
            new FunctionType(List.of(ValueType.I32), List.of(ValueType.I32));
    private static final FunctionType BI_ENTRY = new FunctionType(List.of(ValueType.I32, ValueType.I32), List.of());

    private TableEntries() {}

    /**
     * Returns table entry {@code index}, of type (i32)->() or (i32)->i32, whose result does not matter.
     *
     * @throws Trap if there is no such entry or it has another type, like a call_indirect
     */
    static GuestCalls.Entry entry(Instance instance, int index) {
        var function = lookUp(instance, index);
        if (function.type().equals(ENTRY)) {
            return function.as(GuestCalls.Entry.class);
        }
        if (function.type().equals(ENTRY_WITH_RESULT)) {
            var withResult = function.as(GuestCalls.IntOperator.class);
            return argument -> {
                var _ = withResult.call(argument);
            };
        }
        throw mismatch(index, function);
    }

    /** Returns table entry {@code index} of type (i32, i32)->(); otherwise like {@link #entry}. */
    static GuestCalls.BiEntry biEntry(Instance instance, int index) {
        var function = lookUp(instance, index);
        if (function.type().equals(BI_ENTRY)) {
            return function.as(GuestCalls.BiEntry.class);
        }
        throw mismatch(index, function);
    }

    private static Function lookUp(Instance instance, int index) {
        var table = instance.table(TABLE);
        if (Integer.compareUnsigned(index, table.size()) >= 0) {
            throw new Trap(
                    Trap.Kind.UNDEFINED_ELEMENT,
                    "entry " + Integer.toUnsignedString(index) + " of a table of " + table.size());
        }
        var function = table.get(index);
        if (function == null) {
            throw new Trap(Trap.Kind.UNINITIALIZED_ELEMENT, "table entry " + index);
        }
        return function;
    }

    private static Trap mismatch(int index, Function function) {
        return new Trap(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH, "table entry " + index + " is " + function.type());
    }
}
