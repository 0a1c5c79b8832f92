package tuxloom.engine;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.ModuleData.ElementSegment;

/**
 * The content that a table of a module has after instantiation, as long as nothing else is written to it. All instances
 * share it: its functions are not bound to an instance but run in their caller's, and are made when first called.
 */
final class TableTemplate {
    /** Larger tables cost enough without a template. */
    private static final int MAXIMUM_ELEMENTS = 100_000;

    private final Module module;

    /** Function index plus one of each element, 0 for null. */
    final int[] indexes;

    /** The functions made so far; written by any thread, each of which would write an equal object. */
    final @Nullable Function[] functions;

    /** The number of each element's function ({@link TableNumbers}), 0 for none. */
    final int[] numbers;

    private TableTemplate(Module module, int[] indexes, int[] numbers) {
        this.module = module;
        this.indexes = indexes;
        this.numbers = numbers;
        functions = new @Nullable Function[indexes.length];
    }

    /** Returns the template of a module's own table, or null if its content depends on more than the module. */
    static @Nullable TableTemplate of(Module module, ModuleCode names, int table) {
        if (table == 0) {
            TableNumbers numbers = names.tableNumbers();
            return of(module, numbers.elements(), numbers.ofElements());
        }
        return of(module, indexes(module.data(), table), Table.NO_NUMBERS);
    }

    private static @Nullable TableTemplate of(Module module, int @Nullable [] indexes, int[] numbers) {
        return indexes == null ? null : new TableTemplate(module, indexes, numbers);
    }

    /** Returns for each element the index of its function plus one, or 0; null if the content depends on more than the module. */
    static int @Nullable [] indexes(ModuleData data, int table) {
        TableType type = data.tables.get(table);
        if (table < data.importedTables
                || type.element() != ValueType.FUNCREF
                || type.limits().minimum() > MAXIMUM_ELEMENTS) {
            return null;
        }
        int[] indexes = new int[(int) type.limits().minimum()];
        for (ElementSegment segment : data.elements) {
            if (segment.mode() != ElementSegment.Mode.ACTIVE || segment.table() != table) {
                continue;
            }
            int[] functions = segment.functions();
            ConstantExpression offset = segment.offset();
            if (functions == null || offset == null || !offset.isLoneInt()) {
                return null;
            }
            long start = offset.operands()[0] & 0xffffffffL;
            if (start + functions.length > indexes.length) {
                return null;
            }
            for (int i = 0; i < functions.length; i++) {
                if (functions[i] >= 0 && functions[i] < data.importedFunctions) {
                    return null;
                }
                indexes[(int) start + i] = functions[i] + 1;
            }
        }
        return indexes;
    }

    /** Returns the unbound function of an element that is not null. */
    Function function(int element) {
        Function function = functions[element];
        if (function == null) {
            function = module.unboundFunction(indexes[element] - 1);
            VarHandle.releaseFence();
            functions[element] = function;
        }
        return function;
    }
}
