package tuxloom.tests.differential;

import java.util.List;
import java.util.stream.IntStream;

/** Random expressions: each leaves one value of the wanted kind. */
final class Expressions {
    private final FunctionGenerator f;

    Expressions(FunctionGenerator function) {
        this.f = function;
    }

    void emit(Kind kind) {
        switch (f.random.below(20)) {
            case 0, 1 -> f.leaf(kind);
            case 2, 3 -> unary(kind);
            case 4, 5, 6, 7 -> binary(kind);
            case 8, 9 -> conversion(kind);
            case 10 -> load(kind);
            case 11 -> select(kind);
            case 12 -> block(kind);
            case 13 -> typedBlock(kind);
            case 14 -> choice(kind);
            case 15 -> loop(kind);
            case 16 -> call(kind);
            case 17 -> callIndirect(kind);
            case 18 -> branch(kind);
            default -> special(kind);
        }
    }

    private void operation(Kind operand, int operands, int... opcode) {
        for (int i = 0; i < operands; i++) {
            f.expression(operand);
        }
        f.out.bytes(opcode);
    }

    private void unary(Kind kind) {
        switch (kind) {
            case I32 -> operation(kind, 1, f.random.oneOf(0x45, 0x67, 0x68, 0x69, 0xC0, 0xC1));
            case I64 -> operation(kind, 1, f.random.oneOf(0x79, 0x7A, 0x7B, 0xC2, 0xC3, 0xC4));
            case F32, F64 -> {
                int first = kind == Kind.F32 ? 0x8B : 0x99;
                int opcode = first + f.random.below(7);
                operation(kind, 1, opcode);
                if (opcode > first + 1) {
                    f.canonicalNan(kind);
                }
            }
        }
    }

    private void binary(Kind kind) {
        switch (kind) {
            case I32 -> {
                switch (f.random.below(6)) {
                    case 0 -> operation(Kind.I32, 2, 0x46 + f.random.below(10));
                    case 1 -> operation(Kind.I64, 2, 0x51 + f.random.below(10));
                    case 2 -> operation(Kind.F32, 2, 0x5B + f.random.below(6));
                    case 3 -> operation(Kind.F64, 2, 0x61 + f.random.below(6));
                    default -> operation(Kind.I32, 2, 0x6A + integerOperation());
                }
            }
            case I64 -> operation(kind, 2, 0x7C + integerOperation());
            case F32, F64 -> {
                int operation = f.random.below(7);
                operation(kind, 2, (kind == Kind.F32 ? 0x92 : 0xA0) + operation);
                if (operation < 6) {
                    f.canonicalNan(kind);
                }
            }
        }
    }

    /** One of the 15 operations of integers, of which the fourth to the seventh divide. */
    private int integerOperation() {
        int operation = f.random.below(15);
        return f.careful && operation >= 3 && operation <= 6 ? 0 : operation;
    }

    private void conversion(Kind kind) {
        Kind source = f.random.kind();
        boolean saturating = f.careful || !f.random.oneIn(8);
        switch (kind) {
            case I32 -> {
                switch (source) {
                    case I32 -> operation(Kind.I64, 1, 0x50);
                    case I64 -> operation(source, 1, 0xA7);
                    case F32 -> truncation(source, saturating, 0xA8, 0);
                    case F64 -> truncation(source, saturating, 0xAA, 2);
                }
            }
            case I64 -> {
                switch (source) {
                    case I32, I64 -> operation(Kind.I32, 1, 0xAC + f.random.below(2));
                    case F32 -> truncation(source, saturating, 0xAE, 4);
                    case F64 -> truncation(source, saturating, 0xB0, 6);
                }
            }
            case F32 -> {
                switch (source) {
                    case I32 -> operation(source, 1, f.random.oneOf(0xB2, 0xB3, 0xBE));
                    // The oracle rounds unsigned ones wrongly.
                    case I64 -> operation(source, 1, 0xB4);
                    case F32, F64 -> operation(Kind.F64, 1, 0xB6);
                }
                f.canonicalNan(kind);
            }
            case F64 -> {
                switch (source) {
                    case I32 -> operation(source, 1, 0xB7 + f.random.below(2));
                    case I64 -> operation(source, 1, f.random.oneOf(0xB9, 0xBA, 0xBF));
                    case F32, F64 -> operation(Kind.F32, 1, 0xBB);
                }
                f.canonicalNan(kind);
            }
        }
    }

    /** Truncates or reinterprets; the opcodes are those of the signed form, the unsigned one follows. */
    private void truncation(Kind source, boolean saturating, int trapping, int saturated) {
        int unsigned = f.random.below(2);
        if (saturating) {
            operation(source, 1, 0xFC, saturated + unsigned);
        } else {
            operation(source, 1, trapping + unsigned);
        }
    }

    private void load(Kind kind) {
        if (f.module.shared && !kind.isFloat() && f.random.oneIn(2)) {
            new AtomicAccess(f).value(kind);
            return;
        }
        f.address(false);
        switch (kind) {
            case I32 -> access(f.random.oneOf(0x28, 0x2C, 0x2D, 0x2E, 0x2F), 2);
            case I64 -> access(f.random.oneOf(0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35), 3);
            case F32 -> access(0x2A, 2);
            case F64 -> access(0x2B, 3);
        }
    }

    private void access(int opcode, int widest) {
        int natural = switch (opcode) {
            case 0x2C, 0x2D, 0x30, 0x31 -> 0;
            case 0x2E, 0x2F, 0x32, 0x33 -> 1;
            case 0x34, 0x35 -> 2;
            default -> widest;
        };
        f.out.bytes(opcode);
        f.memoryArgument(f.random.below(natural + 1), 1);
    }

    private void select(Kind kind) {
        f.expression(kind);
        f.expression(kind);
        f.expression(Kind.I32);
        if (f.random.oneIn(2)) {
            f.out.bytes(0x1B);
        } else {
            f.out.bytes(0x1C, 1, kind.code);
        }
    }

    private void block(Kind kind) {
        f.out.bytes(0x02, kind.code);
        f.enter(List.of(kind));
        f.statement();
        f.expression(kind);
        f.leave();
    }

    /**
     * A block with several results, of which only the first is kept. It has no parameters: with them the oracle mixes up
     * its stack (another engine agreed with ours on all such modules).
     */
    private void typedBlock(Kind kind) {
        int index = typeWithFirstResult(kind);
        if (index < 0 || !f.module.types.get(index).parameters().isEmpty()) {
            f.leaf(kind);
            return;
        }
        Signature type = f.module.types.get(index);
        boolean loop = f.random.oneIn(3);
        f.out.bytes(loop ? 0x03 : 0x02).s64(index);
        if (loop) {
            f.enterLoop();
        } else {
            f.enter(type.results());
        }
        f.statement();
        f.expressions(type.results());
        f.leave();
        f.drop(type.results().size() - 1);
    }

    private void choice(Kind kind) {
        f.expression(Kind.I32);
        f.out.bytes(0x04, kind.code);
        f.enter(List.of(kind));
        f.expression(kind);
        f.out.bytes(0x05);
        f.statement();
        f.expression(kind);
        f.leave();
    }

    private void loop(Kind kind) {
        f.out.bytes(0x03, kind.code);
        f.enterLoop();
        f.statement();
        if (f.random.oneIn(2)) {
            f.expression(Kind.I32);
            f.unlikely();
            f.out.bytes(0x0D, 0);
        }
        f.expression(kind);
        f.leave();
    }

    private void call(Kind kind) {
        List<Integer> candidates = IntStream.range(0, f.module.functions.size())
                .filter(i -> startsWith(f.module.types.get(f.module.functions.get(i)), kind))
                .filter(f::mayCall)
                .boxed()
                .toList();
        if (candidates.isEmpty()) {
            f.leaf(kind);
            return;
        }
        int function = f.random.oneOf(candidates);
        Signature type = f.module.types.get(f.module.functions.get(function));
        f.expressions(type.parameters());
        f.out.bytes(0x10).u32(function);
        f.drop(type.results().size() - 1);
    }

    private void callIndirect(Kind kind) {
        List<Integer> inTable = f.module.table.stream()
                .filter(f::mayCall)
                .map(f.module.functions::get)
                .filter(type -> startsWith(f.module.types.get(type), kind))
                .toList();
        if (inTable.isEmpty()) {
            f.leaf(kind);
            return;
        }
        int index = f.random.oneOf(inTable);
        Signature type = f.module.types.get(index);
        f.expressions(type.parameters());
        tableIndex(type);
        f.out.bytes(0x11).u32(index).u32(0);
        f.drop(type.results().size() - 1);
    }

    /** Mostly the place of a function of the type, if the table has one. */
    private void tableIndex(Signature type) {
        List<Integer> places = IntStream.range(0, f.module.table.size())
                .filter(i -> f.mayCall(f.module.table.get(i)))
                .filter(i -> f.module
                        .types
                        .get(f.module.functions.get(f.module.table.get(i)))
                        .equals(type))
                .boxed()
                .toList();
        if (places.isEmpty() || (!f.careful && f.random.oneIn(20))) {
            f.expression(Kind.I32);
            f.i32(15);
            f.out.bytes(0x71);
        } else {
            f.i32(f.random.oneOf(places));
        }
    }

    private int typeWithFirstResult(Kind kind) {
        List<Integer> candidates = IntStream.range(0, f.module.types.size())
                .filter(i -> startsWith(f.module.types.get(i), kind))
                .boxed()
                .toList();
        return candidates.isEmpty() ? -1 : f.random.oneOf(candidates);
    }

    private static boolean startsWith(Signature type, Kind kind) {
        return !type.results().isEmpty() && type.results().getFirst() == kind;
    }

    /** Leaves by a branch, so that what follows is unreachable and still must validate; or perhaps leaves. */
    private void branch(Kind kind) {
        if (!f.hasLabel()) {
            f.leaf(kind);
            return;
        }
        int label = f.label();
        List<Kind> carried = f.labelKinds(label);
        if (carried.equals(List.of(kind)) && !f.random.oneIn(4)) {
            f.expression(kind);
            f.expression(Kind.I32);
            f.out.bytes(0x0D).u32(label);
            return;
        }
        switch (f.random.below(f.careful ? 6 : 8)) {
            case 0, 1, 2 -> {
                f.expressions(carried);
                f.out.bytes(0x0C).u32(label);
                unreachableRest(kind);
            }
            case 3, 4, 5 -> {
                List<Integer> alike = f.labelsLike(label);
                f.expressions(carried);
                f.expression(Kind.I32);
                int targets = f.random.below(5);
                f.out.bytes(0x0E).u32(targets);
                for (int i = 0; i <= targets; i++) {
                    f.out.u32(f.random.oneOf(alike));
                }
                unreachableRest(kind);
            }
            case 6 -> {
                f.expressions(f.results());
                f.out.bytes(0x0F);
                unreachableRest(kind);
            }
            default -> {
                if (f.random.oneIn(4)) {
                    f.out.bytes(0x00);
                    unreachableRest(kind);
                } else {
                    f.leaf(kind);
                }
            }
        }
    }

    private void unreachableRest(Kind kind) {
        switch (f.random.below(4)) {
            case 0 -> f.leaf(kind);
            case 1 -> f.out.bytes(addition(kind));
            case 2 -> {
                f.drop(2);
                f.expression(kind);
                f.out.bytes(addition(kind));
            }
            default -> f.out.bytes(0x1B);
        }
    }

    private static int addition(Kind kind) {
        return switch (kind) {
            case I32 -> 0x6A;
            case I64 -> 0x7C;
            case F32 -> 0x92;
            case F64 -> 0xA0;
        };
    }

    private void special(Kind kind) {
        int local = f.localOf(kind);
        if (kind == Kind.I32 && f.random.oneIn(2)) {
            switch (f.random.below(6)) {
                case 0 -> f.out.bytes(0x3F, 0);
                case 1 -> {
                    f.i32(f.random.oneIn(3) ? 1 : 0);
                    f.out.bytes(0x40, 0);
                }
                case 2 -> f.out.bytes(0xFC, 16, 0);
                case 3 -> {
                    f.i32(f.random.below(RandomModule.TABLE_ELEMENTS + (f.careful ? 0 : 1)));
                    f.out.bytes(0x25, 0, 0xD1);
                }
                case 4 ->
                    f.out.bytes(0xD2)
                            .u32(f.random.below(f.module.functions.size()))
                            .bytes(0xD1);
                default -> {
                    f.expressions(RandomModule.MIX.parameters());
                    f.out.bytes(0x10, 0);
                }
            }
        } else if (local >= 0) {
            f.expression(kind);
            f.out.bytes(0x22).u32(local);
        } else {
            f.leaf(kind);
        }
    }
}
