package tuxloom.engine;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the functions that table 0 of a module holds from the beginning. Those of a type have successive numbers, so that an
 * indirect call of the type is a {@code switch} over them ({@link TableSwitches}). Constant.
 */
final class TableNumbers {
    /** Functions that one switch leads to. */
    static final int BLOCK = 32;

    static final int BLOCK_BITS = Integer.numberOfTrailingZeros(BLOCK);

    /** A type with more functions has no numbers: its switches would be too slow before C2 has compiled them. */
    private static final int MAXIMUM_BLOCKS = 64;

    /** For each type the first one that is equal. */
    private final int[] canonical;

    /** By canonical type: the number of the first function; 0 for types without. */
    private final int[] first;

    /** By canonical type. */
    private final int[] counts;

    /** By number; 0 for numbers that are not used. */
    private final int[] functions;

    private final int @Nullable [] elements;

    /** By element of the table; 0 for elements without. */
    private final int[] ofElements;

    /**
     * @param elements as {@link TableTemplate#indexes} has them; null if no function is to have a number
     * @param called functions that an earlier process called, in the order of their first calls; they get smaller numbers
     */
    TableNumbers(ModuleData module, int @Nullable [] elements, int[] called) {
        this.elements = elements;
        int[] known = elements == null ? Table.NO_NUMBERS : elements;
        canonical = canonicalTypes(module);
        first = new int[canonical.length];
        counts = new int[canonical.length];
        ofElements = new int[known.length];
        boolean[] held = new boolean[module.functionCount];
        for (int element : known) {
            if (element > module.importedFunctions && !held[element - 1]) {
                held[element - 1] = true;
                counts[canonical[module.functionTypes[element - 1]]]++;
            }
        }
        functions = new int[placeTypes()];
        if (functions.length > 1) {
            number(module, known, called, held);
        }
    }

    private static int[] canonicalTypes(ModuleData module) {
        int[] canonical = new int[module.types.size()];
        Map<FunctionType, Integer> known = new HashMap<>();
        for (int type = 0; type < canonical.length; type++) {
            Integer earlier = known.putIfAbsent(module.types.get(type), type);
            canonical[type] = earlier == null ? type : earlier;
        }
        return canonical;
    }

    /** Gives each type its numbers; returns the first that is left. */
    private int placeTypes() {
        int next = 1;
        for (int type = 0; type < counts.length; type++) {
            if (counts[type] > 0 && counts[type] <= MAXIMUM_BLOCKS * BLOCK) {
                first[type] = counts[type] > BLOCK ? (next + BLOCK - 1) & -BLOCK : next;
                next = first[type] + counts[type];
            }
        }
        return next;
    }

    private void number(ModuleData module, int[] elements, int[] called, boolean[] held) {
        int[] numbers = new int[module.functionCount];
        int[] free = first.clone();
        for (int function : called) {
            if (held[function]) {
                held[function] = false;
                numbers[function] = next(module, function, free);
            }
        }
        for (int function = module.importedFunctions; function < held.length; function++) {
            if (held[function]) {
                numbers[function] = next(module, function, free);
            }
        }
        for (int i = 0; i < elements.length; i++) {
            ofElements[i] = elements[i] == 0 ? 0 : numbers[elements[i] - 1];
        }
    }

    private int next(ModuleData module, int function, int[] free) {
        int type = canonical[module.functionTypes[function]];
        if (first[type] == 0) {
            return 0;
        }
        functions[free[type]] = function;
        return free[type]++;
    }

    /** Returns the type that stands for all that are equal to one. */
    int canonical(int type) {
        return canonical[type];
    }

    /** Says whether indirect calls of a type are a switch. */
    boolean has(int type) {
        return first[canonical[type]] > 0;
    }

    /** Returns the number of a type's first function; a multiple of {@link #BLOCK} if there are more. */
    int first(int type) {
        return first[canonical[type]];
    }

    /** Returns how many functions of a type there are. */
    int count(int type) {
        return counts[canonical[type]];
    }

    /** Returns the function of a number that has one. */
    int function(int number) {
        return functions[number];
    }

    /** Returns what the constructor was given. */
    int @Nullable [] elements() {
        return elements;
    }

    /** Returns the numbers of the table's elements, 0 for those without. */
    int[] ofElements() {
        return ofElements;
    }
}
