package tuxloom.engine;

import java.util.List;
import java.util.Optional;

/** A guest did something that WebAssembly defines as a trap; the guest call that did it ends with this exception. */
public final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a guest trapped; the texts are those of the official test suite. */
    public enum Kind {
        OUT_OF_BOUNDS_MEMORY("out of bounds memory access"),
        OUT_OF_BOUNDS_TABLE("out of bounds table access"),
        UNALIGNED_ATOMIC("unaligned atomic"),
        EXPECTED_SHARED_MEMORY("expected shared memory"),
        INTEGER_DIVIDE_BY_ZERO("integer divide by zero"),
        INTEGER_OVERFLOW("integer overflow"),
        INVALID_CONVERSION("invalid conversion to integer"),
        UNDEFINED_ELEMENT("undefined element"),
        UNINITIALIZED_ELEMENT("uninitialized element"),
        INDIRECT_CALL_TYPE_MISMATCH("indirect call type mismatch"),
        UNREACHABLE("unreachable"),
        NULL_REFERENCE("null reference"),
        CALL_STACK_EXHAUSTED("call stack exhausted");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The text that the official test suite expects. */
        public String text() {
            return text;
        }
    }

    private final Kind kind;

    public Trap(Kind kind) {
        this(kind, "");
    }

    /** @param detail numbers that help to find the cause; may be empty */
    public Trap(Kind kind, String detail) {
        super(detail.isEmpty() ? kind.text() : kind.text() + ": " + detail);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * A guest function on the stack.
     *
     * @param function its name
     * @param offset of the instruction in the function's body, in bytes; 65,535 when it is that or more
     * @param source where in the source the instruction comes from, if its module tells
     */
    public record Frame(String function, int offset, Optional<SourceLine> source) {
        @Override
        public String toString() {
            return function + "+0x" + Integer.toHexString(offset)
                    + source.map(line -> " (" + line + ")").orElse("");
        }
    }

    /** Makes the trap of a guest whose calls nest too deeply; called where the host enters a guest. */
    public static Trap stackExhausted(StackOverflowError cause) {
        Trap trap = new Trap(Kind.CALL_STACK_EXHAUSTED);
        trap.setStackTrace(cause.getStackTrace());
        return trap;
    }

    /**
     * Returns the guest's frames, innermost first.
     *
     * @param modules those whose source lines are wanted; looking them up takes time in proportion to their line tables
     */
    public List<Frame> wasmStack(Module... modules) {
        return GuestStack.of(getStackTrace(), modules);
    }
}
