package tuxloom.engine;

/**
 * The stack map of one method (JVM specification 4.7.4). All frames have the same locals at their beginning (parameters,
 * context, wasm locals), set once, and some of a stack of extra ones, so that most frames take one or two bytes.
 */
final class StackMap {
    private static final int MAXIMUM_BYTES = 1 << 20;

    /** Bytes of frames, those included that were replaced since. */
    private static final int MAXIMUM_WORK_BYTES = 8 << 20;

    static final int TOP = 0;
    static final int INTEGER = 1;
    static final int FLOAT = 2;
    static final int DOUBLE = 3;
    static final int LONG = 4;
    static final int OBJECT = 7;

    private final ByteSink out = new ByteSink(128);
    private final ByteSink fixed = new ByteSink(64);
    private int fixedCount;

    /** Locals of the frame that the method begins with; the others of {@code fixed} come with the first explicit frame. */
    private int parameterCount;

    private final ByteSink extras = new ByteSink(16);
    private int[] extraEnds = new int[4];
    private int extraCount;

    /** Grows with each change of the extra locals, so that equal numbers mean equal locals. */
    private int extraVersion;

    private int[] versions = new int[4];
    private int lastVersion = -1;
    private int lastPosition = -1;
    private int previousPosition = -1;
    private int lastStart;
    private int count;
    private int workBytes;

    /** Appends a local that all frames have; {@code type} is a tag, with the class's index in the upper bits for objects. */
    void fixedLocal(int type) {
        verificationType(fixed, type);
        fixedCount++;
    }

    void parametersEnd() {
        parameterCount = fixedCount;
    }

    /** Appends an extra local; from now on frames have it. */
    void pushExtra(int type) {
        if (extraCount + 1 >= extraEnds.length) {
            extraEnds = java.util.Arrays.copyOf(extraEnds, extraEnds.length * 2);
            versions = java.util.Arrays.copyOf(versions, extraEnds.length);
        }
        verificationType(extras, type);
        extraEnds[extraCount] = extras.length;
        versions[extraCount++] = ++extraVersion;
    }

    int extraCount() {
        return extraCount;
    }

    void truncateExtras(int newCount) {
        extraCount = newCount;
        extras.length = newCount == 0 ? 0 : extraEnds[newCount - 1];
    }

    private static void verificationType(ByteSink sink, int type) {
        int tag = type & 0xff;
        sink.u1(tag);
        if (tag == OBJECT) {
            sink.u2(type >>> 8);
        }
    }

    /** Writes the frame of the code at {@code position}; a second one for the same place replaces the first. */
    void frame(int position, int[] stack, int stackCount) {
        if (position == lastPosition) {
            out.length = lastStart;
            count--;
            lastPosition = previousPosition;
            // The replaced frame's locals are unknown to the writer now: write them again.
            lastVersion = -2;
        }
        workBytes += stackCount;
        if (out.length > MAXIMUM_BYTES || workBytes > MAXIMUM_WORK_BYTES) {
            throw new ClassTooLargeException("stack map");
        }
        lastStart = out.length;
        int delta = lastPosition < 0 ? position : position - lastPosition - 1;
        previousPosition = lastPosition;
        lastPosition = position;
        count++;
        int version = extraCount == 0 ? 0 : versions[extraCount - 1];
        boolean sameLocals =
                version == lastVersion || (lastVersion == -1 && version == 0 && parameterCount == fixedCount);
        lastVersion = version;
        if (sameLocals && stackCount <= 1) {
            shortFrame(delta, stack, stackCount);
        } else {
            workBytes += fixed.length + extras.length;
            out.u1(255)
                    .u2(delta)
                    .u2(fixedCount + extraCount)
                    .append(fixed)
                    .append(extras)
                    .u2(stackCount);
            for (int i = 0; i < stackCount; i++) {
                verificationType(out, stack[i]);
            }
        }
    }

    private void shortFrame(int delta, int[] stack, int stackCount) {
        if (stackCount == 0) {
            if (delta < 64) {
                out.u1(delta);
            } else {
                out.u1(251).u2(delta);
            }
            return;
        }
        if (delta < 64) {
            out.u1(64 + delta);
        } else {
            out.u1(247).u2(delta);
        }
        verificationType(out, stack[0]);
    }

    boolean isEmpty() {
        return count == 0;
    }

    int lastPosition() {
        return lastPosition;
    }

    void writeTo(ByteSink code) {
        code.u4(out.length + 2).u2(count).append(out);
    }
}
