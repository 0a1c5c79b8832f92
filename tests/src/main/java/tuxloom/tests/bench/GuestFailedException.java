package tuxloom.tests.bench;

/** A guest did not do what a run expects of it. The message carries the end of its output. */
public final class GuestFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int TAIL_CHARS = 2000;

    GuestFailedException(String what, String output, String errors) {
        super(what + "\n--- console\n" + tail(output) + "\n--- standard error\n" + tail(errors));
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - TAIL_CHARS));
    }
}
