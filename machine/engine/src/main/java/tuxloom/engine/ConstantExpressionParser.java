package tuxloom.engine;

import java.util.Arrays;

/** Reads and checks one constant expression. */
final class ConstantExpressionParser {
    private static final int MAXIMUM_INSTRUCTIONS = 10_000;

    private final BinaryReader in;
    private final ModuleData module;
    private byte[] opcodes = new byte[4];
    private long[] operands = new long[4];
    private ValueType[] stack = new ValueType[4];
    private int count;
    private int height;

    private ConstantExpressionParser(BinaryReader in, ModuleData module) {
        this.in = in;
        this.module = module;
    }

    static ConstantExpression parse(BinaryReader in, ModuleData module, ValueType expected) {
        return new ConstantExpressionParser(in, module).parse(expected);
    }

    private ConstantExpression parse(ValueType expected) {
        for (int opcode = in.u8(); opcode != Opcode.END; opcode = in.u8()) {
            instruction(opcode);
        }
        if (height != 1 || stack[0] != expected) {
            throw in.invalid("type mismatch");
        }
        return new ConstantExpression(Arrays.copyOf(opcodes, count), Arrays.copyOf(operands, count));
    }

    private void instruction(int opcode) {
        switch (opcode) {
            case Opcode.I32_CONST -> push(opcode, in.s32(), ValueType.I32);
            case Opcode.I64_CONST -> push(opcode, in.s64(), ValueType.I64);
            case Opcode.F32_CONST -> push(opcode, in.f32Bits(), ValueType.F32);
            case Opcode.F64_CONST -> push(opcode, in.f64Bits(), ValueType.F64);
            case Opcode.REF_NULL -> push(opcode, 0, in.referenceType());
            case Opcode.REF_FUNC -> {
                int function = in.index();
                if (function >= module.functionCount) {
                    throw in.invalid("unknown function " + function);
                }
                module.referenced.set(function);
                push(opcode, function, ValueType.FUNCREF);
            }
            case Opcode.GLOBAL_GET -> globalGet();
            case Opcode.I32_ADD, Opcode.I32_SUB, Opcode.I32_MUL -> binary(opcode, ValueType.I32);
            case Opcode.I64_ADD, Opcode.I64_SUB, Opcode.I64_MUL -> binary(opcode, ValueType.I64);
            case Opcode.PREFIX_SIMD -> vector();
            default -> {
                if (!Opcode.isKnown(opcode)) {
                    throw in.malformed("illegal opcode " + Integer.toHexString(opcode));
                }
                throw in.invalid("constant expression required");
            }
        }
    }

    private void vector() {
        int opcode = in.u32();
        if (opcode != VectorOps.CONST) {
            throw VectorOps.isKnown(opcode)
                    ? in.invalid("constant expression required")
                    : in.malformed("illegal opcode fd " + Integer.toHexString(opcode));
        }
        push(Opcode.PREFIX_SIMD, in.f64Bits(), ValueType.V128);
        // The second half is another entry, which no arithmetic reaches: there is none on vectors.
        push(Opcode.PREFIX_SIMD, in.f64Bits(), ValueType.V128);
        height--;
    }

    private void globalGet() {
        int global = in.index();
        // Later globals do not exist yet, and of the own ones only the extended proposals' rules would allow some.
        if (global >= module.importedGlobals) {
            throw in.invalid("unknown global " + global);
        }
        GlobalType type = module.globals.get(global);
        if (type.mutable()) {
            throw in.invalid("constant expression required");
        }
        push(Opcode.GLOBAL_GET, global, type.valueType());
    }

    private void binary(int opcode, ValueType type) {
        if (height < 2 || stack[height - 1] != type || stack[height - 2] != type) {
            throw in.invalid("type mismatch");
        }
        height -= 2;
        push(opcode, 0, type);
    }

    private void push(int opcode, long operand, ValueType type) {
        if (count == MAXIMUM_INSTRUCTIONS) {
            throw in.invalid("constant expression longer than " + MAXIMUM_INSTRUCTIONS + " instructions");
        }
        if (count == opcodes.length) {
            opcodes = Arrays.copyOf(opcodes, count * 2);
            operands = Arrays.copyOf(operands, count * 2);
            stack = Arrays.copyOf(stack, count * 2);
        }
        opcodes[count] = (byte) opcode;
        operands[count++] = operand;
        stack[height++] = type;
    }
}
