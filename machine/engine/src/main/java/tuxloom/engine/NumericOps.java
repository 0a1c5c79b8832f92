package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** Types and JVM code of the instructions 0x45 to 0xc4 and 0xfc 0 to 7 (core specification 5.4.6). */
final class NumericOps {
    static final int I = 0;
    static final int J = 1;
    static final int F = 2;
    static final int D = 3;

    /** First of the saturating truncations, whose second opcode byte is added. */
    static final int SATURATING = 0xc5;

    private static final int COUNT = SATURATING + 8;

    /** Types of the operands and the result as ordinals: number of operands in bits 8 and up, operand, result. */
    private static final byte[] OPERANDS = new byte[COUNT];

    private static final byte[] OPERAND_TYPE = new byte[COUNT];
    private static final byte[] RESULT_TYPE = new byte[COUNT];
    private static final int[] BEFORE = new int[COUNT];
    private static final @Nullable Member[] CALL = new @Nullable Member[COUNT];
    private static final int[] AFTER = new int[COUNT];

    private NumericOps() {}

    static int operands(int opcode) {
        return OPERANDS[opcode];
    }

    static int operandType(int opcode) {
        return OPERAND_TYPE[opcode];
    }

    static int resultType(int opcode) {
        return RESULT_TYPE[opcode];
    }

    static void emit(int opcode, Bytecode code) {
        code.packed(BEFORE[opcode]);
        Member call = CALL[opcode];
        if (call != null) {
            code.invokeStatic(call);
        }
        code.packed(AFTER[opcode]);
    }

    private static void op(int opcode, String signature, int jvm) {
        int arrow = signature.indexOf('>');
        OPERANDS[opcode] = (byte) arrow;
        OPERAND_TYPE[opcode] = (byte) "IJFD".indexOf(signature.charAt(0));
        RESULT_TYPE[opcode] = (byte) "IJFD".indexOf(signature.charAt(arrow + 1));
        BEFORE[opcode] = jvm;
    }

    private static void call(int opcode, String signature, String owner, String name) {
        op(opcode, signature, 0);
        int arrow = signature.indexOf('>');
        String descriptor = "(" + signature.substring(0, arrow) + ")" + signature.substring(arrow + 1);
        CALL[opcode] = Member.of(owner, name, descriptor);
    }

    private static void helper(int opcode, String signature, String name) {
        boolean converts = name.contains("Convert") || name.contains("TruncF") || name.contains("TruncSat");
        call(opcode, signature, converts ? "tuxloom/engine/Conversions" : "tuxloom/engine/Numbers", name);
    }

    static {
        comparisons();
        integers();
        longs();
        floats(0x8b, "F", 0);
        floats(0x99, "D", 1);
        conversions();
        saturations();
    }

    private static void comparisons() {
        String[] integerNames = {"Eq", "Ne", "LtS", "LtU", "GtS", "GtU", "LeS", "LeU", "GeS", "GeU"};
        String[] floatNames = {"Eq", "Ne", "Lt", "Gt", "Le", "Ge"};
        helper(0x45, "I>I", "i32Eqz");
        helper(0x50, "J>I", "i64Eqz");
        for (int i = 0; i < integerNames.length; i++) {
            helper(0x46 + i, "II>I", "i32" + integerNames[i]);
            helper(0x51 + i, "JJ>I", "i64" + integerNames[i]);
        }
        for (int i = 0; i < floatNames.length; i++) {
            helper(0x5b + i, "FF>I", "f32" + floatNames[i]);
            helper(0x61 + i, "DD>I", "f64" + floatNames[i]);
        }
    }

    private static void integers() {
        call(0x67, "I>I", "java/lang/Integer", "numberOfLeadingZeros");
        call(0x68, "I>I", "java/lang/Integer", "numberOfTrailingZeros");
        call(0x69, "I>I", "java/lang/Integer", "bitCount");
        op(0x6a, "II>I", 0x60);
        op(0x6b, "II>I", 0x64);
        op(0x6c, "II>I", 0x68);
        helper(0x6d, "II>I", "i32DivS");
        helper(0x6e, "II>I", "i32DivU");
        helper(0x6f, "II>I", "i32RemS");
        helper(0x70, "II>I", "i32RemU");
        op(0x71, "II>I", 0x7e);
        op(0x72, "II>I", 0x80);
        op(0x73, "II>I", 0x82);
        op(0x74, "II>I", 0x78);
        op(0x75, "II>I", 0x7a);
        op(0x76, "II>I", 0x7c);
        call(0x77, "II>I", "java/lang/Integer", "rotateLeft");
        call(0x78, "II>I", "java/lang/Integer", "rotateRight");
    }

    private static void longs() {
        String[] counts = {"numberOfLeadingZeros", "numberOfTrailingZeros", "bitCount"};
        for (int i = 0; i < counts.length; i++) {
            op(0x79 + i, "J>J", 0);
            CALL[0x79 + i] = Member.of("java/lang/Long", counts[i], "(J)I");
            AFTER[0x79 + i] = Jvm.I2L;
        }
        op(0x7c, "JJ>J", 0x61);
        op(0x7d, "JJ>J", 0x65);
        op(0x7e, "JJ>J", 0x69);
        helper(0x7f, "JJ>J", "i64DivS");
        helper(0x80, "JJ>J", "i64DivU");
        helper(0x81, "JJ>J", "i64RemS");
        helper(0x82, "JJ>J", "i64RemU");
        op(0x83, "JJ>J", 0x7f);
        op(0x84, "JJ>J", 0x81);
        op(0x85, "JJ>J", 0x83);
        op(0x86, "JJ>J", Jvm.L2I | 0x79 << 8);
        op(0x87, "JJ>J", Jvm.L2I | 0x7b << 8);
        op(0x88, "JJ>J", Jvm.L2I | 0x7d << 8);
        rotate(0x89, "rotateLeft");
        rotate(0x8a, "rotateRight");
    }

    private static void rotate(int opcode, String name) {
        op(opcode, "JJ>J", Jvm.L2I);
        CALL[opcode] = Member.of("java/lang/Long", name, "(JI)J");
    }

    private static void floats(int first, String type, int more) {
        String unary = type + ">" + type;
        String binary = type + type + ">" + type;
        String prefix = more == 0 ? "f32" : "f64";
        call(first, unary, "java/lang/Math", "abs");
        op(first + 1, unary, 0x76 + more);
        String[] names = {"Ceil", "Floor", "Trunc", "Nearest", "Sqrt"};
        for (int i = 0; i < names.length; i++) {
            helper(first + 2 + i, unary, prefix + names[i]);
        }
        op(first + 7, binary, 0x62 + more);
        op(first + 8, binary, 0x66 + more);
        op(first + 9, binary, 0x6a + more);
        op(first + 10, binary, 0x6e + more);
        helper(first + 11, binary, prefix + "Min");
        helper(first + 12, binary, prefix + "Max");
        helper(first + 13, binary, prefix + "Copysign");
    }

    private static void conversions() {
        op(0xa7, "J>I", Jvm.L2I);
        helper(0xa8, "F>I", "i32TruncF32S");
        helper(0xa9, "F>I", "i32TruncF32U");
        helper(0xaa, "D>I", "i32TruncF64S");
        helper(0xab, "D>I", "i32TruncF64U");
        op(0xac, "I>J", Jvm.I2L);
        call(0xad, "I>J", "java/lang/Integer", "toUnsignedLong");
        helper(0xae, "F>J", "i64TruncF32S");
        helper(0xaf, "F>J", "i64TruncF32U");
        helper(0xb0, "D>J", "i64TruncF64S");
        helper(0xb1, "D>J", "i64TruncF64U");
        op(0xb2, "I>F", 0x86);
        helper(0xb3, "I>F", "f32ConvertI32U");
        op(0xb4, "J>F", 0x89);
        helper(0xb5, "J>F", "f32ConvertI64U");
        op(0xb6, "D>F", 0x90);
        op(0xb7, "I>D", 0x87);
        helper(0xb8, "I>D", "f64ConvertI32U");
        op(0xb9, "J>D", 0x8a);
        helper(0xba, "J>D", "f64ConvertI64U");
        op(0xbb, "F>D", 0x8d);
        call(0xbc, "F>I", "java/lang/Float", "floatToRawIntBits");
        call(0xbd, "D>J", "java/lang/Double", "doubleToRawLongBits");
        call(0xbe, "I>F", "java/lang/Float", "intBitsToFloat");
        call(0xbf, "J>D", "java/lang/Double", "longBitsToDouble");
        op(0xc0, "I>I", 0x91);
        op(0xc1, "I>I", 0x93);
        op(0xc2, "J>J", Jvm.L2I | 0x91 << 8 | Jvm.I2L << 16);
        op(0xc3, "J>J", Jvm.L2I | 0x93 << 8 | Jvm.I2L << 16);
        op(0xc4, "J>J", Jvm.L2I | Jvm.I2L << 8);
    }

    /** The JVM's own conversions saturate; only the unsigned ones need help. */
    private static void saturations() {
        op(SATURATING, "F>I", 0x8b);
        helper(SATURATING + 1, "F>I", "i32TruncSatF32U");
        op(SATURATING + 2, "D>I", 0x8e);
        helper(SATURATING + 3, "D>I", "i32TruncSatF64U");
        op(SATURATING + 4, "F>J", 0x8c);
        helper(SATURATING + 5, "F>J", "i64TruncSatF32U");
        op(SATURATING + 6, "D>J", 0x8f);
        helper(SATURATING + 7, "D>J", "i64TruncSatF64U");
    }
}
