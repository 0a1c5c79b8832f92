package tuxloom.engine;

/** Types, widths and helpers of the instructions 0x28 to 0x3e (core specification 5.4.6). */
final class MemoryOps {
    private static final int FIRST = Opcode.I32_LOAD;
    private static final String MEMORY = "Ltuxloom/access/NearMemory;";
    private static final String[] NAMES = {
        "i32Load:2",
        "i64Load:3",
        "f32Load:2",
        "f64Load:3",
        "i32Load8S:0",
        "i32Load8U:0",
        "i32Load16S:1",
        "i32Load16U:1",
        "i64Load8S:0",
        "i64Load8U:0",
        "i64Load16S:1",
        "i64Load16U:1",
        "i64Load32S:2",
        "i64Load32U:2",
        "i32Store:2",
        "i64Store:3",
        "f32Store:2",
        "f64Store:3",
        "i32Store8:0",
        "i32Store16:1",
        "i64Store8:0",
        "i64Store16:1",
        "i64Store32:2"
    };
    private static final int FIRST_STORE = FIRST + 14;
    private static final Member[] MEMBERS = new Member[NAMES.length];
    private static final Member[] FIXED = new Member[NAMES.length];
    private static final byte[] TYPES = new byte[NAMES.length];
    private static final byte[] ALIGNMENTS = new byte[NAMES.length];

    static {
        for (int i = 0; i < NAMES.length; i++) {
            String name = NAMES[i].substring(0, NAMES[i].length() - 2);
            ALIGNMENTS[i] = (byte) (NAMES[i].charAt(NAMES[i].length() - 1) - '0');
            int type = java.util.List.of("i32", "i64", "f32", "f64").indexOf(name.substring(0, 3));
            TYPES[i] = (byte) type;
            String value = "IJFD".substring(type, type + 1);
            String descriptor = isStore(FIRST + i) ? "(I" + value + "I" + MEMORY + ")V" : "(II" + MEMORY + ")" + value;
            MEMBERS[i] = Member.of("tuxloom/access/MemoryAccess", name, descriptor);
            FIXED[i] = Member.of("tuxloom/access/FixedAccess", name, descriptor);
        }
    }

    private MemoryOps() {}

    static boolean isStore(int opcode) {
        return opcode >= FIRST_STORE;
    }

    static Member member(int opcode) {
        return MEMBERS[opcode - FIRST];
    }

    /** Returns the helper for an address that is known and needs no check. */
    static Member fixed(int opcode) {
        return FIXED[opcode - FIRST];
    }

    /** Returns the ordinal of the loaded or stored value's type. */
    static int type(int opcode) {
        return TYPES[opcode - FIRST];
    }

    /** Returns the logarithm of the access's width. */
    static int alignment(int opcode) {
        return ALIGNMENTS[opcode - FIRST];
    }
}
