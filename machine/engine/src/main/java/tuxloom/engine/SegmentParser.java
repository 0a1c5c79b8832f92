package tuxloom.engine;

import org.jspecify.annotations.Nullable;
import tuxloom.engine.ModuleData.ElementSegment;
import tuxloom.engine.ModuleData.ElementSegment.Mode;

/** Reads element and data segments (core specification 5.5.12 and 5.5.14). */
final class SegmentParser {
    private SegmentParser() {}

    static void element(BinaryReader in, ModuleData module) {
        int flags = in.u32();
        if (Integer.compareUnsigned(flags, 7) > 0) {
            throw in.malformed("malformed elements segment kind " + Integer.toUnsignedString(flags));
        }
        boolean active = (flags & 1) == 0;
        boolean explicit = (flags & 2) != 0;
        boolean asExpressions = (flags & 4) != 0;
        Mode mode = active ? Mode.ACTIVE : explicit ? Mode.DECLARATIVE : Mode.PASSIVE;
        int table = active && explicit ? in.index() : 0;
        ConstantExpression offset = null;
        ValueType tableElement = ValueType.FUNCREF;
        if (active) {
            if (table >= module.tables.size()) {
                throw in.invalid("unknown table " + table);
            }
            tableElement = module.tables.get(table).element();
            offset = ConstantExpressionParser.parse(in, module, ValueType.I32);
        }
        ValueType type = ValueType.FUNCREF;
        if (!active || explicit) {
            type = elementType(in, asExpressions);
        }
        if (active && type != tableElement) {
            throw in.invalid("type mismatch");
        }
        module.elements.add(
                asExpressions
                        ? expressions(in, module, type, mode, table, offset)
                        : new ElementSegment(type, mode, table, offset, functions(in, module), null));
    }

    private static ValueType elementType(BinaryReader in, boolean asExpressions) {
        if (asExpressions) {
            return in.referenceType();
        }
        int kind = in.u8();
        if (kind != 0) {
            throw in.malformed("malformed element kind " + kind);
        }
        return ValueType.FUNCREF;
    }

    private static int[] functions(BinaryReader in, ModuleData module) {
        int count = elementCount(in);
        int[] functions = new int[count];
        for (int i = 0; i < count; i++) {
            int function = in.index();
            if (function >= module.functionCount) {
                throw in.invalid("unknown function " + function);
            }
            module.referenced.set(function);
            functions[i] = function;
        }
        return functions;
    }

    private static int elementCount(BinaryReader in) {
        int count = in.count("elements");
        if (count > in.end - in.position) {
            throw in.malformed("unexpected end: length out of bounds");
        }
        return count;
    }

    private static ElementSegment expressions(
            BinaryReader in,
            ModuleData module,
            ValueType type,
            Mode mode,
            int table,
            @Nullable ConstantExpression offset) {
        int count = elementCount(in);
        int[] functions = new int[count];
        // Few elements are more than a function's index or null, and an object for each would cost much.
        ConstantExpression[] expressions = null;
        for (int i = 0; i < count; i++) {
            ConstantExpression expression = ConstantExpressionParser.parse(in, module, type);
            functions[i] = expression.asFunctionIndex();
            if (functions[i] < -1 && expressions == null) {
                expressions = new ConstantExpression[count];
                for (int k = 0; k < i; k++) {
                    expressions[k] = ConstantExpression.ofFunctionIndex(functions[k]);
                }
            }
            if (expressions != null) {
                expressions[i] = expression;
            }
        }
        return new ElementSegment(type, mode, table, offset, expressions == null ? functions : null, expressions);
    }

    static void data(BinaryReader in, ModuleData module) {
        int flags = in.u32();
        if (Integer.compareUnsigned(flags, 2) > 0) {
            throw in.malformed("malformed data segment kind " + Integer.toUnsignedString(flags));
        }
        ConstantExpression offset = null;
        if (flags != 1) {
            int memory = flags == 2 ? in.index() : 0;
            if (memory != 0 || module.memory == null) {
                throw in.invalid("unknown memory " + memory);
            }
            offset = ConstantExpressionParser.parse(in, module, ValueType.I32);
        }
        int length = in.count("data");
        int start = in.position;
        in.skip(length);
        module.data.add(new ModuleData.Data(start, length, offset));
    }
}
