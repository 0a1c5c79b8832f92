package tuxloom.engine;

/** Comparisons (0x45 to 0x66) as conditional jumps. */
final class Comparisons {
    private static final int EQ = 0;
    private static final int NE = 1;
    private static final int LT = 2;
    private static final int GE = 3;
    private static final int GT = 4;
    private static final int LE = 5;

    /** Conditions of the ten integer comparisons in opcode order, as the JVM numbers its jumps. */
    private static final int[] INTEGER = {EQ, NE, LT, LT, GT, GT, LE, LE, GE, GE};

    private static final int[] FLOAT = {EQ, NE, LT, GT, LE, GE};

    private Comparisons() {}

    static boolean isComparison(int opcode) {
        return opcode >= Opcode.I32_EQZ && opcode <= Opcode.F64_GE;
    }

    /**
     * Emits the test of a comparison whose operands are on the stack, up to the jump.
     *
     * @return the JVM's jump that is taken if the outcome is {@code wanted}
     */
    static int emit(Bytecode code, int opcode, boolean wanted) {
        int invert = wanted ? 0 : 1;
        if (opcode == Opcode.I32_EQZ) {
            return Jvm.IFEQ + (EQ ^ invert);
        }
        if (opcode == Opcode.I64_EQZ) {
            code.op(Jvm.LCONST_0).op(Jvm.LCMP);
            return Jvm.IFEQ + (EQ ^ invert);
        }
        if (opcode < 0x5b) {
            boolean isInt = opcode < Opcode.I64_EQZ;
            int index = opcode - (isInt ? 0x46 : 0x51);
            int condition = INTEGER[index] ^ invert;
            boolean unsigned = index >= 2 && (index & 1) == 1;
            if (unsigned) {
                code.invokeStatic(isInt ? Members.COMPARE_UNSIGNED_INT : Members.COMPARE_UNSIGNED_LONG);
            } else if (isInt) {
                return Jvm.IF_ICMPEQ + condition;
            } else {
                code.op(Jvm.LCMP);
            }
            return Jvm.IFEQ + condition;
        }
        boolean isFloat = opcode < 0x61;
        int condition = FLOAT[opcode - (isFloat ? 0x5b : 0x61)];
        // NaN must make every comparison but "ne" false.
        boolean nanIsGreater = condition == LT || condition == LE;
        code.op((isFloat ? Jvm.FCMPL : Jvm.DCMPL) + (nanIsGreater ? 1 : 0));
        return Jvm.IFEQ + (condition ^ invert);
    }
}
