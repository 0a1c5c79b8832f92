package tuxloom.console;

/** How the interrupt lines of a guest are shared out: a device takes one for its config space and one for each queue. */
final class InterruptLines {
    /** Line 0 is none. */
    static final int ALL = 63;

    private static final int ENTROPY = 2;
    private static final int CONSOLE = 3;
    /** For devices to come. */
    private static final int SPARE = 10;

    private InterruptLines() {}

    /** Returns how many lines the disks may take. */
    static int forDisks(int ports) {
        var left = ALL - ENTROPY - CONSOLE - SPARE;
        if (ports == 0) {
            return left;
        }
        // Two more queues for control, two for each port; what was spared is theirs.
        return Math.min(left, left + SPARE - 2 - 2 * ports);
    }
}
