package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the guest's frames among Java's. */
public final class GuestStack {
    private static final String GUEST = ModuleCode.PACKAGE.replace('/', '.');

    /** Stands for all offsets from here on: line numbers of the JVM end here. */
    static final int LAST_OFFSET = 65_535;

    private GuestStack() {}

    /** Returns function and offset of a guest's frame of any thread, or nothing if the frame is the host's. */
    public static Optional<String> functionName(StackTraceElement frame) {
        return of(new StackTraceElement[] {frame}).stream()
                .map(Trap.Frame::toString)
                .findFirst();
    }

    /**
     * Returns the guest's frames of a Java stack.
     *
     * @param modules those whose source lines are wanted; frames of others come without
     */
    static List<Trap.Frame> of(StackTraceElement[] elements, Module... modules) {
        @Nullable SourceLine[] lines = new @Nullable SourceLine[elements.length];
        for (Module module : modules) {
            @Nullable SourceLine[] known = module.sourceLines(elements);
            for (int i = 0; i < lines.length; i++) {
                lines[i] = known[i] == null ? lines[i] : known[i];
            }
        }
        List<Trap.Frame> frames = new ArrayList<>();
        for (int i = 0; i < elements.length; i++) {
            if (isGuest(elements[i])) {
                String name = withoutPart(elements[i].getMethodName());
                frames.add(new Trap.Frame(name, elements[i].getLineNumber(), Optional.ofNullable(lines[i])));
            }
        }
        return frames;
    }

    /** Methods without lines, or in line 0, only hand over to the real ones. */
    static boolean isGuest(StackTraceElement element) {
        String name = element.getClassName();
        int simple = name.lastIndexOf('.') + 1;
        return name.startsWith(GUEST)
                && (name.charAt(simple) == 'F' || name.charAt(simple) == 'X')
                && element.getLineNumber() > 0;
    }

    /** Returns the name of the function that a method is, or is a part of. */
    static String withoutPart(String method) {
        int part = method.lastIndexOf(LargeFunction.PART_MARK);
        return part < 0 ? method : method.substring(0, part);
    }

    static String text(List<Trap.Frame> frames) {
        StringBuilder text = new StringBuilder();
        for (Trap.Frame frame : frames) {
            text.append(frame).append('\n');
        }
        return text.toString();
    }
}
