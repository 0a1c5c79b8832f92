package tuxloom.console;

/** The time since the launcher began, which is some 50 ms before any code of this process runs. Plain code: it must not cost what it tells. */
final class SinceLaunch {
    /** Set by the launcher: seconds since 1970, a point or comma, six decimals. */
    private static final String STARTED = "tuxloom.started";

    private static final int MICROS_A_MILLI = 1_000;
    private static final long START_MILLIS = startMillis(System.getProperty(STARTED, ""));

    private SinceLaunch() {}

    /** Returns when the launcher says that it began, or now if it does not say so. */
    private static long startMillis(String given) {
        try {
            return Long.parseLong(given.replace(".", "").replace(",", "")) / MICROS_A_MILLI;
        } catch (NumberFormatException e) {
            return System.currentTimeMillis();
        }
    }

    /** Returns for example "123 ms: ". */
    static String text() {
        return System.currentTimeMillis() - START_MILLIS + " ms: ";
    }
}
