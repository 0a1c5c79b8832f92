package tuxloom.engine;

import java.util.BitSet;

/**
 * Which of a module's functions share a class: those that are known to be called, in the order of their first calls, then all others in
 * the order of the module. Constant.
 */
final class FunctionGroups {
    private final int first;
    private final int functions;
    private final int called;
    private final int calledSize;
    private final int size;

    /** The functions in the order of their groups; empty if that is the module's. */
    private final int[] order;

    /** Where in {@link #order} each function is. */
    private final int[] positions;

    /**
     * Makes groups of {@code calledSize} functions of those that are called, and of {@code size} of all others.
     *
     * @param called functions that are not imported, each once
     * @throws IllegalStateException if they are not
     */
    FunctionGroups(ModuleData module, int[] called, int calledSize, int size) {
        first = module.importedFunctions;
        functions = module.functionCount - first;
        this.called = called.length;
        this.calledSize = calledSize;
        this.size = size;
        order = new int[called.length == 0 ? 0 : functions];
        positions = new int[order.length];
        if (called.length > 0) {
            fillIn(called);
        }
    }

    private void fillIn(int[] called) {
        BitSet seen = new BitSet(first + functions);
        int next = 0;
        for (int function : called) {
            if (function < first || function >= first + functions || seen.get(function)) {
                throw new IllegalStateException("the cache of compiled code names function " + function
                        + " wrongly; remove it with: tuxloom cache clear");
            }
            order[next++] = function;
            seen.set(function);
        }
        for (int function = first; next < functions; function++) {
            if (!seen.get(function)) {
                order[next++] = function;
            }
        }
        for (int i = 0; i < functions; i++) {
            positions[order[i] - first] = i;
        }
    }

    /** Returns the number of groups. */
    int count() {
        return calledGroups() + Math.ceilDiv(functions - called, size);
    }

    /** Returns how many groups there are of called functions, which are the first. */
    private int calledGroups() {
        return Math.ceilDiv(called, calledSize);
    }

    /** Returns the group of a function that is not imported. */
    int of(int function) {
        int position = called == 0 ? function - first : positions[function - first];
        return position < called ? position / calledSize : calledGroups() + (position - called) / size;
    }

    /** Returns the functions of a group, in order. */
    int[] members(int group) {
        int others = group - calledGroups();
        int from = others < 0 ? group * calledSize : called + others * size;
        int end = others < 0 ? Math.min(from + calledSize, called) : Math.min(from + size, functions);
        int[] members = new int[end - from];
        for (int i = 0; i < members.length; i++) {
            members[i] = called == 0 ? first + from + i : order[from + i];
        }
        return members;
    }
}
