package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the guest's frames among Java's. */
public final class GuestStack {
    private static final String FUNCTIONS = ClassGenerator.PREFIX + "F";
    private static final String LARGE_FUNCTIONS = ClassGenerator.PREFIX + "X";

    private GuestStack() {}

    /** Returns function and offset of a guest's frame of any thread, or nothing if the frame is the host's. */
    public static Optional<String> functionName(StackTraceElement frame) {
        return of(new StackTraceElement[] {frame}).stream()
                .map(Trap.Frame::toString)
                .findFirst();
    }

    static List<Trap.Frame> of(StackTraceElement[] elements) {
        List<Trap.Frame> frames = new ArrayList<>();
        for (StackTraceElement element : elements) {
            String type = element.getClassName();
            if (type.startsWith(FUNCTIONS) || type.startsWith(LARGE_FUNCTIONS)) {
                frames.add(new Trap.Frame(element.getMethodName(), Math.max(0, element.getLineNumber())));
            }
        }
        return frames;
    }

    static String text(List<Trap.Frame> frames) {
        StringBuilder text = new StringBuilder();
        for (Trap.Frame frame : frames) {
            text.append(frame).append('\n');
        }
        return text.toString();
    }
}
