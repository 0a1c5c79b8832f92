package tuxloom.engine;

/** Opcodes of JVM instructions (JVM specification 6.5). */
final class Jvm {
    static final int ACONST_NULL = 0x01;
    static final int ICONST_0 = 0x03;
    static final int LCONST_0 = 0x09;
    static final int FCONST_0 = 0x0b;
    static final int DCONST_0 = 0x0e;
    static final int BIPUSH = 0x10;
    static final int SIPUSH = 0x11;
    static final int LDC = 0x12;
    static final int LDC_W = 0x13;
    static final int LDC2_W = 0x14;
    static final int ILOAD = 0x15;
    static final int LLOAD = 0x16;
    static final int FLOAD = 0x17;
    static final int DLOAD = 0x18;
    static final int ALOAD = 0x19;
    static final int ILOAD_0 = 0x1a;
    static final int ISTORE = 0x36;
    static final int ISTORE_0 = 0x3b;
    static final int POP = 0x57;
    static final int POP2 = 0x58;
    static final int DUP = 0x59;
    static final int DUP2 = 0x5c;
    static final int DUP_X2 = 0x5b;
    static final int DUP2_X1 = 0x5d;
    static final int DUP2_X2 = 0x5e;
    static final int SWAP = 0x5f;
    static final int IADD = 0x60;
    static final int LADD = 0x61;
    static final int IXOR = 0x82;
    static final int I2L = 0x85;
    static final int L2I = 0x88;
    static final int LSHL = 0x79;
    static final int ISHR = 0x7a;
    static final int LUSHR = 0x7d;
    static final int LAND = 0x7f;
    static final int LOR = 0x81;
    static final int LXOR = 0x83;
    static final int LCMP = 0x94;
    static final int FCMPL = 0x95;
    static final int FCMPG = 0x96;
    static final int DCMPL = 0x97;
    static final int DCMPG = 0x98;
    static final int IFEQ = 0x99;
    static final int IFNE = 0x9a;
    static final int IFLT = 0x9b;
    static final int IFGE = 0x9c;
    static final int IFGT = 0x9d;
    static final int IFLE = 0x9e;
    static final int IF_ICMPEQ = 0x9f;
    static final int IF_ACMPNE = 0xa6;
    static final int GOTO = 0xa7;
    static final int TABLESWITCH = 0xaa;
    static final int LOOKUPSWITCH = 0xab;
    static final int IRETURN = 0xac;
    static final int IALOAD = 0x2e;
    static final int IASTORE = 0x4f;
    static final int IF_ICMPNE = 0xa0;
    static final int LRETURN = 0xad;
    static final int FRETURN = 0xae;
    static final int DRETURN = 0xaf;
    static final int ARETURN = 0xb0;
    static final int RETURN = 0xb1;
    static final int GETFIELD = 0xb4;
    static final int PUTFIELD = 0xb5;
    static final int INVOKEVIRTUAL = 0xb6;
    static final int INVOKESPECIAL = 0xb7;
    static final int INVOKESTATIC = 0xb8;
    static final int INVOKEINTERFACE = 0xb9;
    static final int ANEWARRAY = 0xbd;
    static final int INSTANCEOF = 0xc1;
    static final int AALOAD = 0x32;
    static final int AASTORE = 0x53;
    static final int NEW = 0xbb;
    static final int ATHROW = 0xbf;
    static final int CHECKCAST = 0xc0;
    static final int WIDE = 0xc4;
    static final int IFNULL = 0xc6;
    static final int IFNONNULL = 0xc7;
    static final int GOTO_W = 0xc8;

    private Jvm() {}

    /** Returns the conditional jump that is taken when {@code opcode} is not. */
    static int opposite(int opcode) {
        return opcode >= IFNULL ? opcode ^ 1 : (opcode - 1 ^ 1) + 1;
    }
}
