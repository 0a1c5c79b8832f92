package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the guest's frames among Java's. */
public final class GuestStack {
    private static final String GUEST = ModuleCode.PACKAGE.replace('/', '.');

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
            // Methods without lines only hand over to the real ones.
            if (isGuest(element.getClassName()) && element.getLineNumber() >= 0) {
                String name = element.getMethodName();
                int part = name.lastIndexOf(LargeFunction.PART_MARK);
                frames.add(new Trap.Frame(part < 0 ? name : name.substring(0, part), element.getLineNumber()));
            }
        }
        return frames;
    }

    private static boolean isGuest(String className) {
        int simple = className.lastIndexOf('.') + 1;
        return className.startsWith(GUEST) && (className.charAt(simple) == 'F' || className.charAt(simple) == 'X');
    }

    static String text(List<Trap.Frame> frames) {
        StringBuilder text = new StringBuilder();
        for (Trap.Frame frame : frames) {
            text.append(frame).append('\n');
        }
        return text.toString();
    }
}
