package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** An open block of the function that is being translated: what validation and emission know about it. */
final class ControlFrame {
    /** The opcode that opened it or, for the later parts of a block, the one that opened the part. */
    int opcode;

    /** Number of blocks around it; the function's body is 0. */
    int level;

    /** Where its first instruction is in the module. */
    int begin;

    Shape shape = Shape.EMPTY;

    /** Number of operands below the block's own. */
    int height;

    /** Validation: operands below {@link #height} may be taken, of any type, because control does not get here. */
    boolean unreachable;

    /** Emission: nothing is emitted, because control does not get here. */
    boolean dead;

    /** Emission: the whole block lies in dead code. */
    boolean entryDead;

    /** Where branches to the block go. */
    Label target = new Label();

    /** The else part of an if, or the next clause of a try. */
    Label otherwise = new Label();

    /** The innermost try whose body this block lies in; null for none. */
    @Nullable
    ControlFrame enclosingTry;

    /** Emission: whether a loop of the same method is around it. */
    boolean inLoop;

    /** Number of operands that were in spill slots when the block began; branches to it leave the others on the stack. */
    int base;

    /** Extra locals when the block began. */
    int extras;

    /** The first slot that was free for extra locals when the block began. */
    int firstExtra;

    /** First byte of the code that a try covers. */
    int tryStart;

    /** Where exceptions thrown in a try's body go. */
    Label handler = new Label();

    /** In a catch part: the slot that holds the caught exception. */
    int exceptionSlot;

    /** Catch clauses of a try_table: kind, tag, label depth, one after the other. */
    int[] clauses = {};

    byte[] labelTypes() {
        return opcode == Opcode.LOOP ? shape.parameters() : shape.results();
    }

    /** Returns the try that catches what is thrown right behind the label, as {@code delegate} wants it. */
    @Nullable
    ControlFrame catcher() {
        return isTryBody() ? this : enclosingTry;
    }

    boolean isTryBody() {
        return opcode == Opcode.TRY || opcode == Opcode.TRY_TABLE;
    }
}
