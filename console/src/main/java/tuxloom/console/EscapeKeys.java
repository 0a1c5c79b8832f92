package tuxloom.console;

/**
 * Takes the command's own keys out of what is typed: {@code Ctrl-A x} quits, {@code Ctrl-A h} shows the keys, {@code Ctrl-A r} looks at
 * the disks' sizes again, {@code Ctrl-A Ctrl-A} sends one {@code Ctrl-A}. {@code Ctrl-A} before any other key reaches the guest together with that key, so nothing typed is lost.
 * One instance belongs to one input thread.
 */
final class EscapeKeys {
    static final byte ESCAPE = 0x01;

    /** What the keys are, for {@code Ctrl-A h} and the help text. */
    static final String HELP =
            "Ctrl-A x quits, Ctrl-A h shows this, Ctrl-A r tells the guest of disk images that grew, Ctrl-A Ctrl-A sends one Ctrl-A";

    /** What the user asked of the command, not of the guest. */
    enum Action {
        QUIT,
        HELP,
        RESCAN_DISKS
    }

    /** Is told what the user asked for, on the input thread, in the order of the keys. */
    interface Listener {
        void asked(Action action);
    }

    private final Listener listener;
    private boolean escaped;

    EscapeKeys(Listener listener) {
        this.listener = listener;
    }

    /**
     * Filters typed bytes.
     *
     * @param typed what was read; only the first {@code length} bytes count
     * @param into receives what the guest shall get; must hold {@code length + 1} bytes (a {@code Ctrl-A} may have been held back)
     * @return how many bytes were put into {@code into}
     */
    int filter(byte[] typed, int length, byte[] into) {
        var count = 0;
        for (var i = 0; i < length; i++) {
            var key = typed[i];
            if (!escaped) {
                escaped = key == ESCAPE;
                if (!escaped) {
                    into[count++] = key;
                }
                continue;
            }
            escaped = false;
            switch (key) {
                case 'x', 'X' -> listener.asked(Action.QUIT);
                case 'h', 'H', '?' -> listener.asked(Action.HELP);
                case 'r', 'R' -> listener.asked(Action.RESCAN_DISKS);
                case ESCAPE -> into[count++] = ESCAPE;
                default -> {
                    into[count++] = ESCAPE;
                    into[count++] = key;
                }
            }
        }
        return count;
    }
}
