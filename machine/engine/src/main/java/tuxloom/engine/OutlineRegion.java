package tuxloom.engine;

/**
 * A run of instructions of a large function that becomes a method of its own.
 *
 * @param start place in the module of the first instruction
 * @param end place of the first instruction behind it
 * @param arguments locals whose values it needs
 * @param others further locals that it uses
 * @param outputs locals that it changes and whose values are needed afterwards
 * @param exits number of different places where control goes behind it
 */
@SuppressWarnings("ArrayRecordComponent")
record OutlineRegion(int start, int end, int[] arguments, int[] others, int[] outputs, int exits) {
    /** Says whether the method returns the one local that it changes, or nothing; otherwise the number of an exit. */
    boolean isSimple() {
        return exits <= 1 && outputs.length <= 1;
    }
}
