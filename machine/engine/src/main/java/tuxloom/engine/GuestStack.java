package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;

/** Finds the guest's frames among Java's. */
final class GuestStack {
    private GuestStack() {}

    static List<Trap.Frame> of(StackTraceElement[] elements) {
        List<Trap.Frame> frames = new ArrayList<>();
        for (StackTraceElement element : elements) {
            String type = element.getClassName();
            boolean isFunction =
                    type.startsWith(ClassGenerator.PREFIX) && (type.charAt(ClassGenerator.PREFIX.length()) != 'T');
            if (isFunction) {
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
