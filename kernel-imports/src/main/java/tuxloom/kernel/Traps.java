package tuxloom.kernel;

import java.util.stream.Collectors;
import tuxloom.engine.Module;
import tuxloom.engine.Trap;

/** Text about traps for people. */
final class Traps {
    /** Of an endless recursion, more frames say nothing new. */
    private static final int MAX_FRAMES = 64;

    private Traps() {}

    /**
     * Returns the reason and the guest's stack, innermost function first, in several lines.
     *
     * @param modules those that may say in which source lines their frames are
     */
    static String describe(Trap trap, Module... modules) {
        return trap.wasmStack(modules).stream()
                .limit(MAX_FRAMES)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining("", String.valueOf(trap.getMessage()), ""));
    }
}
