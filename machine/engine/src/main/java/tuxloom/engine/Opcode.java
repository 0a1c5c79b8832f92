package tuxloom.engine;

/** Opcodes of wasm instructions that the engine names (core specification 5.4). */
final class Opcode {
    static final int UNREACHABLE = 0x00;
    static final int NOP = 0x01;
    static final int BLOCK = 0x02;
    static final int LOOP = 0x03;
    static final int IF = 0x04;
    static final int ELSE = 0x05;
    static final int TRY = 0x06;
    static final int CATCH = 0x07;
    static final int THROW = 0x08;
    static final int RETHROW = 0x09;
    static final int THROW_REF = 0x0a;
    static final int END = 0x0b;
    static final int BR = 0x0c;
    static final int BR_IF = 0x0d;
    static final int BR_TABLE = 0x0e;
    static final int RETURN = 0x0f;
    static final int CALL = 0x10;
    static final int CALL_INDIRECT = 0x11;
    static final int RETURN_CALL = 0x12;
    static final int RETURN_CALL_INDIRECT = 0x13;
    static final int DELEGATE = 0x18;
    static final int CATCH_ALL = 0x19;
    static final int DROP = 0x1a;
    static final int SELECT = 0x1b;
    static final int SELECT_TYPED = 0x1c;
    static final int TRY_TABLE = 0x1f;
    static final int LOCAL_GET = 0x20;
    static final int LOCAL_SET = 0x21;
    static final int LOCAL_TEE = 0x22;
    static final int GLOBAL_GET = 0x23;
    static final int GLOBAL_SET = 0x24;
    static final int TABLE_GET = 0x25;
    static final int TABLE_SET = 0x26;
    static final int I32_LOAD = 0x28;
    static final int I64_STORE32 = 0x3e;
    static final int MEMORY_SIZE = 0x3f;
    static final int MEMORY_GROW = 0x40;
    static final int I32_CONST = 0x41;
    static final int I64_CONST = 0x42;
    static final int F32_CONST = 0x43;
    static final int F64_CONST = 0x44;
    static final int I32_EQZ = 0x45;
    static final int I64_EQZ = 0x50;
    static final int F64_GE = 0x66;
    static final int I32_CLZ = 0x67;
    static final int I32_ADD = 0x6a;
    static final int I32_SUB = 0x6b;
    static final int I32_MUL = 0x6c;
    static final int I64_ADD = 0x7c;
    static final int I64_SUB = 0x7d;
    static final int I64_MUL = 0x7e;
    static final int I64_ROTR = 0x8a;
    static final int I64_EXTEND32_S = 0xc4;
    static final int REF_NULL = 0xd0;
    static final int REF_IS_NULL = 0xd1;
    static final int REF_FUNC = 0xd2;
    static final int PREFIX_MISC = 0xfc;
    static final int PREFIX_SIMD = 0xfd;
    static final int PREFIX_ATOMIC = 0xfe;

    private Opcode() {}

    /** Says whether a single byte is an opcode of the language, or a prefix of some. */
    static boolean isKnown(int opcode) {
        return opcode <= THROW_REF
                || (opcode >= END && opcode <= RETURN_CALL_INDIRECT)
                || (opcode >= DELEGATE && opcode <= SELECT_TYPED)
                || (opcode >= TRY_TABLE && opcode <= TABLE_SET)
                || (opcode >= I32_LOAD && opcode <= I64_EXTEND32_S)
                || (opcode >= REF_NULL && opcode <= REF_FUNC)
                || (opcode >= PREFIX_MISC && opcode <= PREFIX_ATOMIC);
    }
}
