package tuxloom.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A constant expression (core specification 3.3.10, with the extended-const proposal's arithmetic), checked already.
 *
 * @param opcodes the instructions without the final {@code end}
 * @param operands the immediate of each: constant, index, or bits of a float; a {@code v128.const} takes two entries
 */
@SuppressWarnings("ArrayRecordComponent")
record ConstantExpression(byte[] opcodes, long[] operands) {
    /** Where the values of globals and functions come from. */
    interface Scope {
        @Nullable
        Object global(int index);

        Function function(int index);
    }

    /** Returns the function index of a lone {@code ref.func}, -1 for a lone {@code ref.null}, -2 otherwise. */
    int asFunctionIndex() {
        if (opcodes.length != 1) {
            return -2;
        }
        int opcode = opcodes[0] & 0xff;
        return opcode == Opcode.REF_FUNC ? (int) operands[0] : opcode == Opcode.REF_NULL ? -1 : -2;
    }

    /** Returns the expression of which {@link #asFunctionIndex} says this. */
    static ConstantExpression ofFunctionIndex(int index) {
        int opcode = index < 0 ? Opcode.REF_NULL : Opcode.REF_FUNC;
        return new ConstantExpression(new byte[] {(byte) opcode}, new long[] {Math.max(index, 0)});
    }

    /** Says whether it is one {@code i32.const}. */
    boolean isLoneInt() {
        return opcodes.length == 1 && opcodes[0] == Opcode.I32_CONST;
    }

    /** Returns the value: a boxed number, a reference, or null. */
    @Nullable
    Object evaluate(Scope scope) {
        if (opcodes.length == 1) {
            return load(0, scope);
        }
        if ((opcodes[0] & 0xff) == Opcode.PREFIX_SIMD) {
            return new V128(operands[0], operands[1]);
        }
        ArrayDeque<Object> stack = new ArrayDeque<>();
        for (int i = 0; i < opcodes.length; i++) {
            switch (opcodes[i] & 0xff) {
                case Opcode.I32_ADD -> stack.push((int) stack.pop() + (int) stack.pop());
                case Opcode.I32_SUB -> stack.push(-(int) stack.pop() + (int) stack.pop());
                case Opcode.I32_MUL -> stack.push((int) stack.pop() * (int) stack.pop());
                case Opcode.I64_ADD -> stack.push((long) stack.pop() + (long) stack.pop());
                case Opcode.I64_SUB -> stack.push(-(long) stack.pop() + (long) stack.pop());
                case Opcode.I64_MUL -> stack.push((long) stack.pop() * (long) stack.pop());
                default -> stack.push(java.util.Objects.requireNonNull(load(i, scope)));
            }
        }
        return stack.pop();
    }

    private @Nullable Object load(int i, Scope scope) {
        return switch (opcodes[i] & 0xff) {
            case Opcode.I32_CONST -> (int) operands[i];
            case Opcode.I64_CONST -> operands[i];
            case Opcode.F32_CONST -> Float.intBitsToFloat((int) operands[i]);
            case Opcode.F64_CONST -> Double.longBitsToDouble(operands[i]);
            case Opcode.GLOBAL_GET -> scope.global((int) operands[i]);
            case Opcode.REF_FUNC -> scope.function((int) operands[i]);
            case Opcode.REF_NULL -> null;
            default -> throw new IllegalStateException("opcode " + opcodes[i] + " in a constant expression");
        };
    }
}
