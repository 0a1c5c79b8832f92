package tuxloom.tests.differential;

import java.util.List;

/** Random statements: each leaves the stack as it was. */
final class Statements {
    private static final int EMPTY = 0x40;

    private final FunctionGenerator f;

    Statements(FunctionGenerator function) {
        this.f = function;
    }

    void emit() {
        Kind kind = f.random.kind();
        switch (f.random.below(15)) {
            case 0, 1, 2 -> setLocal(kind);
            case 3 -> {
                f.expression(kind);
                f.out.bytes(0x24).u32(f.globalOf(kind));
            }
            case 4, 5, 6 -> store(kind);
            case 7 -> {
                f.expression(kind);
                f.drop(1);
            }
            case 8 -> choice();
            case 9 -> block();
            case 10 -> loop();
            case 11 -> call();
            case 12 -> bulkMemory();
            case 13 -> {
                if (!f.careful) {
                    new Departures(f).emit();
                }
            }
            default -> {
                if (!f.careful) {
                    table();
                }
            }
        }
    }

    private void setLocal(Kind kind) {
        int local = f.localOf(kind);
        if (local >= 0) {
            f.expression(kind);
            f.out.bytes(0x21).u32(local);
        } else {
            f.out.bytes(0x01);
        }
    }

    private void store(Kind kind) {
        if (f.module.shared && !kind.isFloat() && f.random.oneIn(2)) {
            new AtomicAccess(f).store(kind);
            return;
        }
        f.address(false);
        f.expression(kind);
        int opcode = switch (kind) {
            case I32 -> f.random.oneOf(0x36, 0x3A, 0x3B);
            case I64 -> f.random.oneOf(0x37, 0x3C, 0x3D, 0x3E);
            case F32 -> 0x38;
            case F64 -> 0x39;
        };
        f.out.bytes(opcode);
        f.memoryArgument(0, 1);
    }

    private void choice() {
        f.expression(Kind.I32);
        f.out.bytes(0x04, EMPTY);
        f.enter(List.of());
        f.statement();
        if (f.random.oneIn(2)) {
            f.out.bytes(0x05);
            f.statement();
        }
        f.leave();
    }

    private void block() {
        f.out.bytes(0x02, EMPTY);
        f.enter(List.of());
        f.statement();
        if (f.random.oneIn(2)) {
            f.expression(Kind.I32);
            f.out.bytes(0x0D, 0);
        }
        f.statement();
        f.leave();
    }

    private void loop() {
        f.out.bytes(0x03, EMPTY);
        f.enterLoop();
        f.statement();
        f.statement();
        f.expression(Kind.I32);
        f.unlikely();
        f.out.bytes(0x0D, 0);
        f.leave();
    }

    private void call() {
        int function = f.random.below(f.module.functions.size());
        Signature type = f.module.types.get(f.module.functions.get(function));
        if (type.equals(RandomModule.REFUEL) || !f.mayCall(function)) {
            // Refuelling from the inside would defeat the limit.
            f.out.bytes(0x01);
            return;
        }
        f.expressions(type.parameters());
        f.out.bytes(0x10).u32(function);
        f.drop(type.results().size());
    }

    private void bulkMemory() {
        // A segment that is dropped on some path may trap on all others.
        switch (f.random.below(f.careful ? 3 : 5)) {
            case 0, 1 -> {
                f.address(false);
                f.expression(Kind.I32);
                length(255);
                f.out.bytes(0xFC, 11, 0);
            }
            case 2 -> {
                f.address(false);
                f.address(false);
                length(255);
                f.out.bytes(0xFC, 10, 0, 0);
            }
            case 3 -> {
                f.address(false);
                f.i32(f.random.below(RandomModule.DATA_BYTES));
                length(31);
                // Only the passive segment: the oracle does not drop active ones.
                f.out.bytes(0xFC, 8, 1, 0);
            }
            default -> f.out.bytes(0xFC, 9, f.random.oneIn(8) ? 1 : 0);
        }
    }

    private void length(int mask) {
        f.expression(Kind.I32);
        if (f.careful || !f.random.oneIn(30)) {
            f.i32(mask);
            f.out.bytes(0x71);
        }
    }

    private void table() {
        int places = RandomModule.TABLE_ELEMENTS;
        switch (f.random.below(6)) {
            case 0, 1 -> {
                f.i32(f.random.below(places));
                if (f.random.oneIn(3)) {
                    f.out.bytes(0xD0, 0x70);
                } else {
                    f.out.bytes(0xD2).u32(f.random.below(f.module.functions.size()));
                }
                f.out.bytes(0x26, 0);
            }
            case 2 -> threeIndices(places, 0xFC, 14, 0, 0);
            case 3 -> threeIndices(places / 3, 0xFC, 12, 1, 0);
            case 4 -> {
                f.i32(f.random.below(places));
                f.out.bytes(0xD2).u32(f.random.below(f.module.functions.size()));
                f.i32(f.random.below(4));
                f.out.bytes(0xFC, 17, 0);
            }
            default -> f.out.bytes(0xFC, 13, f.random.oneIn(4) ? 1 : 0);
        }
    }

    private void threeIndices(int bound, int... opcode) {
        f.i32(f.random.below(bound));
        f.i32(f.random.below(bound));
        f.i32(f.random.below(4));
        f.out.bytes(opcode);
    }
}
