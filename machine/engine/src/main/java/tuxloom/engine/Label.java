package tuxloom.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A place in a method that jumps go to. */
final class Label {
    /** Offset in the code, or -1 until bound. */
    int position = -1;

    /** Pairs: where the offset is to be written (times two, plus one when it takes four bytes); where its jump begins. */
    private int[] references = new int[4];

    private int count;

    // Labels of a function that is divided into parts; see LargeFunction.

    /** The part that it is bound in, or -1. */
    int part = -1;

    /** By what number other parts name it, or -1 when none does. */
    int id = -1;

    /** Where jumps from the part {@link #forwarderPart} go while it is not bound there. */
    @Nullable
    Label forwarder;

    int forwarderPart = -1;

    /** The first part that jumps here, or -1 when none does. */
    int wantedBy = -1;

    boolean isWanted() {
        return wantedBy >= 0;
    }

    /** Says whether any jump, so far, goes here. */
    boolean isUsed() {
        return count > 0;
    }

    void addReference(int at, int jump, boolean wide) {
        if (count == references.length) {
            references = Arrays.copyOf(references, count * 2);
        }
        references[count++] = at << 1 | (wide ? 1 : 0);
        references[count++] = jump;
    }

    /** Binds the label to {@code target} and completes the jumps that go here. */
    void bind(int target, ByteSink code) {
        position = target;
        for (int i = 0; i < count; i += 2) {
            int distance = target - references[i + 1];
            if ((references[i] & 1) != 0) {
                code.setU4(references[i] >> 1, distance);
            } else if (distance == (short) distance) {
                code.setU2(references[i] >> 1, distance);
            } else {
                throw new ClassTooLargeException("jump");
            }
        }
    }

    /** Completes references from an exception table, which are unsigned and absolute. */
    void bindUnsigned(int target, ByteSink handlers) {
        for (int i = 0; i < count; i += 2) {
            handlers.setU2(references[i] >> 1, target);
        }
    }
}
