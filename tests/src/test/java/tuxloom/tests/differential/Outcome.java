package tuxloom.tests.differential;

import java.util.List;

/** What a call did, in a form that two engines agree on: NaNs are all the same, traps have the suite's texts. */
sealed interface Outcome {
    /** Results, each as type and hexadecimal bits. */
    record Returned(List<String> values) implements Outcome {}

    /** A trap; the texts are those of the official suite. */
    record Trapped(String text) implements Outcome {}

    /** A guest exception that nobody caught. */
    record Threw() implements Outcome {}

    static String value(Kind kind, long bits) {
        boolean nan = switch (kind) {
            case F32 -> Float.isNaN(Float.intBitsToFloat((int) bits));
            case F64 -> Double.isNaN(Double.longBitsToDouble(bits));
            default -> false;
        };
        boolean narrow = kind == Kind.I32 || kind == Kind.F32;
        return kind + ":" + (nan ? "nan" : Long.toHexString(narrow ? bits & 0xFFFF_FFFFL : bits));
    }
}
