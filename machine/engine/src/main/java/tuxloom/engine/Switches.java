package tuxloom.engine;

import java.util.Arrays;

/**
 * Emits switches over many cases as two small ones after each other. C1 makes a switch a chain of compares, and counts each case in
 * another one: two small switches are much faster there.
 */
final class Switches {
    private Switches() {}

    /** Returns so many new labels. */
    static Label[] labels(int count) {
        Label[] labels = new Label[count];
        Arrays.setAll(labels, i -> new Label());
        return labels;
    }

    /**
     * Goes to the label of a number. Nothing is on the JVM's stack.
     *
     * @param local the slot of an int, whose upper bits from {@code shift} on are the number
     * @param bits the inner switches have so many cases, as a power of two; with no more there is one switch
     * @param first the number of the first label
     * @param otherwise where all other numbers lead
     */
    static void select(Bytecode code, int local, int shift, int bits, int first, Label[] labels, Label otherwise) {
        int end = first + labels.length;
        int outerFirst = first >> bits;
        Label[] outer = labels(((end - 1) >> bits) - outerFirst + 2);
        boolean isOne = outer.length == 2;
        if (!isOne) {
            outer[outer.length - 1] = otherwise;
            loadShifted(code, local, shift + bits);
            code.tableSwitch(outerFirst, outer);
        }
        for (int i = 0; i < outer.length - 1; i++) {
            int from = Math.max(first, (outerFirst + i) << bits);
            int to = Math.min(end, (outerFirst + i + 1) << bits);
            Label[] inner = Arrays.copyOfRange(labels, from - first, to - first + 1);
            inner[inner.length - 1] = otherwise;
            if (!isOne) {
                bind(code, outer[i]);
            }
            loadShifted(code, local, shift);
            code.tableSwitch(from, inner);
        }
    }

    /** Binds a label to where the JVM's stack is empty. */
    static void bind(Bytecode code, Label label) {
        label.bind(code.position(), code.code);
        LargeFunction.frame(code);
    }

    private static void loadShifted(Bytecode code, int local, int shift) {
        code.load(0, local);
        if (shift > 0) {
            code.pushInt(shift);
            code.op(Jvm.ISHR);
        }
    }
}
