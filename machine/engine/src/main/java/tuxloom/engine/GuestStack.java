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
            // Methods without lines only hand over to the real ones.
            if ((type.startsWith(FUNCTIONS) || type.startsWith(LARGE_FUNCTIONS)) && element.getLineNumber() >= 0) {
                String name = element.getMethodName();
                int part = name.lastIndexOf(LargeFunction.PART_MARK);
                frames.add(new Trap.Frame(part < 0 ? name : name.substring(0, part), element.getLineNumber()));
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
