package tuxloom.engine;

/** The instructions of the threads proposal (prefix 0xfe), as part of a {@link FunctionTranslator}. */
final class AtomicTranslator {
    private static final int FIRST_LOAD = 0x10;
    private static final int FIRST_STORE = 0x17;
    private static final int FIRST_MODIFY = 0x1e;
    private static final int FIRST_COMPARE = 0x48;
    private static final int LAST = 0x4e;

    /** Each operation comes in seven forms: i32, i64, i32 8 and 16 bits, i64 8, 16 and 32 bits. */
    private static final int FORMS = 7;

    private static final int[] WIDTHS = {32, 64, 8, 16, 8, 16, 32};
    private static final int[] TYPES = {0, 1, 0, 0, 1, 1, 1};
    private static final String[] MODIFICATIONS = {"add", "sub", "and", "or", "xor", "exchange"};
    private static final Member TO_UNSIGNED = Member.of("java/lang/Integer", "toUnsignedLong", "(I)J");
    private static final Member FENCE = Member.of("tuxloom/engine/MemoryAtomics", "fence", "()V");
    private static final Member[] MEMBERS = new Member[LAST + 1];

    static {
        for (int opcode = FIRST_LOAD; opcode <= LAST; opcode++) {
            int form = (opcode - FIRST_LOAD) % FORMS;
            int width = WIDTHS[form];
            String value = width == 64 ? "J" : "I";
            MEMBERS[opcode] = atomics(name(opcode, form), descriptor(opcode, form, value));
        }
        MEMBERS[0] = Member.of("tuxloom/engine/ContextOperations", "notify", "(JILtuxloom/engine/Memory;)I");
        MEMBERS[1] = Member.of("tuxloom/engine/ContextOperations", "waitInt", "(JIJLtuxloom/engine/Memory;)I");
        MEMBERS[2] = Member.of("tuxloom/engine/ContextOperations", "waitLong", "(JJJLtuxloom/engine/Memory;)I");
    }

    private final FunctionTranslator translator;
    private final BinaryReader in;
    private final Validator stack;

    AtomicTranslator(FunctionTranslator translator) {
        this.translator = translator;
        in = translator.in;
        stack = translator.stack;
    }

    private static Member atomics(String name, String descriptor) {
        return Member.of("tuxloom/engine/MemoryAtomics", name, descriptor);
    }

    private static String descriptor(int opcode, int form, String value) {
        String memory = "Ltuxloom/engine/Memory;)";
        if (opcode < FIRST_STORE) {
            return "(J" + memory + value;
        } else if (opcode < FIRST_MODIFY) {
            return "(J" + value + memory + "V";
        } else if (opcode < FIRST_COMPARE) {
            return "(J" + value + memory + value;
        }
        return form == 0 ? "(JII" + memory + "I" : "(JJJ" + memory + "J";
    }

    private static String name(int opcode, int form) {
        int width = WIDTHS[form];
        if (opcode >= FIRST_COMPARE) {
            return "compareExchange" + width + (form < 2 ? "" : "Narrow");
        }
        if (opcode >= FIRST_MODIFY) {
            return MODIFICATIONS[(opcode - FIRST_MODIFY) / FORMS] + width;
        }
        return (opcode >= FIRST_STORE ? "store" : "load") + width;
    }

    void instruction() {
        int at = translator.offset() - 1;
        int opcode = in.u32();
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.line(at);
        }
        if (opcode == 3) {
            if (in.u8() != 0) {
                throw in.malformed("zero byte expected");
            }
            if (live != null) {
                live.code.invokeStatic(FENCE);
            }
        } else if (opcode >= 0 && opcode < 3) {
            waitOrNotify(opcode);
        } else if (opcode >= FIRST_LOAD && opcode <= LAST) {
            access(opcode);
        } else {
            throw in.malformed("illegal opcode fe " + Integer.toHexString(opcode));
        }
    }

    private void waitOrNotify(int opcode) {
        int offset = translator.memoryArgument(opcode == 2 ? 3 : 2, true);
        byte[] values = switch (opcode) {
            case 0 -> new byte[] {Validator.I32};
            case 1 -> new byte[] {Validator.I32, Validator.I64};
            default -> new byte[] {Validator.I64, Validator.I64};
        };
        popOperands(values);
        stack.push(Validator.I32);
        FunctionEmitter live = translator.live();
        if (live != null) {
            emit(live, offset, values, 0, MEMBERS[opcode]);
        }
    }

    private void popOperands(byte[] values) {
        stack.pop(values);
        stack.pop(Validator.I32);
    }

    private void access(int opcode) {
        int form = (opcode - FIRST_LOAD) % FORMS;
        int type = TYPES[form];
        int width = WIDTHS[form];
        int offset = translator.memoryArgument(Integer.numberOfTrailingZeros(width / 8), true);
        int count = opcode < FIRST_STORE ? 0 : opcode < FIRST_COMPARE ? 1 : 2;
        byte[] values = new byte[count];
        java.util.Arrays.fill(values, (byte) type);
        popOperands(values);
        boolean isStore = opcode >= FIRST_STORE && opcode < FIRST_MODIFY;
        if (!isStore) {
            stack.push(type);
        }
        FunctionEmitter live = translator.live();
        if (live == null) {
            return;
        }
        boolean narrowCompare = opcode >= FIRST_COMPARE && form >= 2;
        boolean viaInt = !narrowCompare && type == Validator.I64 && width < 64;
        boolean viaLong = narrowCompare && type == Validator.I32;
        emit(live, offset, values, viaInt ? Jvm.L2I : viaLong ? -1 : 0, MEMBERS[opcode]);
        if (viaInt && !isStore) {
            live.code.invokeStatic(TO_UNSIGNED);
        } else if (viaLong) {
            live.code.op(Jvm.L2I);
        }
    }

    /** Emits the call; {@code conversion} is an opcode for each value, 0 for none, -1 for unsigned int to long. */
    private static void emit(FunctionEmitter live, int offset, byte[] values, int conversion, Member member) {
        Bytecode code = live.code;
        if (values.length > 0) {
            live.storeTemporaries(values);
        }
        code.pushInt(offset);
        code.invokeStatic(Members.ADDRESS);
        for (int i = 0; i < values.length; i++) {
            live.loadTemporary(values, i);
            if (conversion > 0) {
                code.op(conversion);
            } else if (conversion < 0) {
                code.invokeStatic(TO_UNSIGNED);
            }
        }
        live.loadContext();
        code.getField(Members.MEMORY);
        code.invokeStatic(member);
    }
}
