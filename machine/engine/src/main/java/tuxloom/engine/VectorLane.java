package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * An instruction that reads or replaces one lane (0xfd 21 to 34).
 *
 * @param count lanes of a vector
 * @param type of the lane's value on the stack
 * @param replaces whether it replaces the lane
 * @param member takes the half, the value if it replaces, and the lane's number in the half; null when the half is the value
 */
record VectorLane(
        int count, int type, boolean replaces, @Nullable Member member) {
    private static final int FIRST = 21;
    private static final VectorLane[] ALL = {
        extract(8, Validator.I32, "Lanes8", "extractSigned"),
        extract(8, Validator.I32, "Lanes8", "extractUnsigned"),
        replace(8, Validator.I32, "Lanes8"),
        extract(16, Validator.I32, "Lanes16", "extractSigned"),
        extract(16, Validator.I32, "Lanes16", "extractUnsigned"),
        replace(16, Validator.I32, "Lanes16"),
        extract(32, Validator.I32, "Lanes32", "extract"),
        replace(32, Validator.I32, "Lanes32"),
        new VectorLane(2, Validator.I64, false, null),
        new VectorLane(2, Validator.I64, true, null),
        extract(32, Validator.F32, "LanesF32", "extract"),
        replace(32, Validator.F32, "LanesF32"),
        new VectorLane(2, Validator.F64, false, Members.F64_REINTERPRET),
        new VectorLane(2, Validator.F64, true, Member.of("tuxloom/engine/LanesF64", "splat", "(D)J")),
    };

    private static VectorLane extract(int width, int type, String className, String method) {
        String result = ValueType.numbered(type).descriptor;
        return new VectorLane(
                128 / width, type, false, Member.of("tuxloom/engine/" + className, method, "(JI)" + result));
    }

    private static VectorLane replace(int width, int type, String className) {
        String value = ValueType.numbered(type).descriptor;
        return new VectorLane(
                128 / width, type, true, Member.of("tuxloom/engine/" + className, "replace", "(J" + value + "I)J"));
    }

    static VectorLane of(int opcode) {
        return ALL[opcode - FIRST];
    }

    /** Returns the instruction that reads a lane of that many bits as an unsigned integer. */
    static VectorLane extractBits(int widthLogarithm) {
        return ALL[new int[] {1, 4, 6, 8}[widthLogarithm]];
    }

    /** Returns the instruction that replaces a lane of that many bits by an integer. */
    static VectorLane replaceBits(int widthLogarithm) {
        return ALL[new int[] {2, 5, 7, 9}[widthLogarithm]];
    }
}
