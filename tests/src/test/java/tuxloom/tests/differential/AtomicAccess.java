package tuxloom.tests.differential;

/** Random atomic instructions of the threads proposal, on one thread. */
final class AtomicAccess {
    /** Base-2 logarithms of the widths of i32, i64, i32_8, i32_16, i64_8, i64_16, i64_32: the order of the opcodes. */
    private static final int[] WIDTHS = {2, 3, 0, 1, 0, 1, 2};

    private static final int FIRST_LOAD = 0x10;
    private static final int FIRST_STORE = 0x17;
    private static final int FIRST_READ_MODIFY_WRITE = 0x1E;
    private static final int READ_MODIFY_WRITE_GROUPS = 6;
    private static final int FIRST_COMPARE_EXCHANGE = 0x48;

    private final FunctionGenerator f;

    AtomicAccess(FunctionGenerator function) {
        this.f = function;
    }

    /** A load, read-modify-write or compare-exchange. */
    void value(Kind kind) {
        int form = form(kind);
        f.address(f.careful || !f.random.oneIn(30));
        switch (f.random.below(4)) {
            case 0 -> instruction(FIRST_LOAD, form);
            case 1 -> {
                f.expression(kind);
                f.expression(kind);
                instruction(FIRST_COMPARE_EXCHANGE, form);
            }
            default -> {
                f.expression(kind);
                int group = f.random.below(READ_MODIFY_WRITE_GROUPS);
                instruction(FIRST_READ_MODIFY_WRITE + group * WIDTHS.length, form);
            }
        }
    }

    void store(Kind kind) {
        int form = form(kind);
        f.address(f.careful || !f.random.oneIn(30));
        f.expression(kind);
        instruction(FIRST_STORE, form);
    }

    private int form(Kind kind) {
        return kind == Kind.I32 ? f.random.oneOf(0, 2, 3) : f.random.oneOf(1, 4, 5, 6);
    }

    private void instruction(int first, int form) {
        f.out.bytes(0xFE).u32(first + form);
        f.memoryArgument(WIDTHS[form], 8);
    }
}
