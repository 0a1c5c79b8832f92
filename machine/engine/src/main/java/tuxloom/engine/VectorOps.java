package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * The vector instructions (prefix 0xfd, core specification 5.4.8) that work on halves: what each does with the halves of its
 * operands, and by which method. The others are in {@link VectorTranslator}.
 */
final class VectorOps {
    static final int CONST = 12;
    static final int COUNT = 256;

    /** Opcodes below {@link #COUNT} that stand for nothing. */
    private static final java.util.Set<Integer> UNUSED = java.util.Set.of(
            154, 162, 165, 166, 175, 176, 178, 179, 180, 187, 194, 197, 198, 207, 208, 210, 211, 212, 226, 238);

    /** How an instruction is put together of calls on halves, and the descriptor of the method called. */
    enum Form {
        /** Each half of the operand makes one of the result. */
        UNARY("(J)J", 1, Validator.V128),
        /** The halves of both operands make those of the result. */
        BINARY("(JJ)J", 2, Validator.V128),
        /** As before, with three operands. */
        SELECT("(JJJ)J", 3, Validator.V128),
        /** Each half and a count make a half. */
        SHIFT("(JI)J", 1, Validator.V128),
        /** The whole first operand and each half of the second make a half. */
        SWIZZLE("(JJJ)J", 2, Validator.V128),
        /** Each operand makes a half. */
        PAIRS("(JJ)J", 2, Validator.V128),
        /** The operand makes the first half; the other is zero. */
        TO_LOW("(JJ)J", 1, Validator.V128),
        /** The first half's lower and upper 32 bits make a half each. */
        WIDEN_LOW("(J)J", 1, Validator.V128),
        WIDEN_HIGH("(J)J", 1, Validator.V128),
        /** As before, with two operands. */
        MULTIPLY_LOW("(JJ)J", 2, Validator.V128),
        MULTIPLY_HIGH("(JJ)J", 2, Validator.V128),
        /** The whole operand makes an i32. */
        TEST("(JJ)I", 1, Validator.I32),
        /** A number makes both halves. */
        SPLAT_I("(I)J", 0, Validator.V128),
        SPLAT_J("(J)J", 0, Validator.V128),
        SPLAT_F("(F)J", 0, Validator.V128),
        SPLAT_D("(D)J", 0, Validator.V128);

        final String descriptor;

        /** Number of operands that are vectors. */
        final int vectors;

        /** Type of the result. */
        final int result;

        Form(String descriptor, int vectors, int result) {
            this.descriptor = descriptor;
            this.vectors = vectors;
            this.result = result;
        }

        /** Returns the type of the operand that is not a vector, or -1. */
        int scalar() {
            return switch (this) {
                case SHIFT, SPLAT_I -> Validator.I32;
                case SPLAT_J -> Validator.I64;
                case SPLAT_F -> Validator.F32;
                case SPLAT_D -> Validator.F64;
                default -> -1;
            };
        }
    }

    private static final @Nullable Form[] FORMS = new @Nullable Form[COUNT];
    private static final @Nullable Member[] MEMBERS = new @Nullable Member[COUNT];

    private VectorOps() {}

    /** Says whether an opcode behind the prefix is one of WebAssembly 2.0. */
    static boolean isKnown(int opcode) {
        return opcode >= 0 && opcode < COUNT && !UNUSED.contains(opcode);
    }

    /** Returns how an instruction works, or null if it is not one of halves. */
    static @Nullable Form form(int opcode) {
        return FORMS[opcode];
    }

    static Member member(int opcode) {
        return java.util.Objects.requireNonNull(MEMBERS[opcode], () -> "vector opcode " + opcode);
    }

    /** Notes instructions: words of opcode, colon and method. */
    private static void group(Form form, String className, String words) {
        for (String word : words.split(" ", -1)) {
            int colon = word.indexOf(':');
            int opcode = Integer.parseInt(word, 0, colon, 10);
            FORMS[opcode] = form;
            MEMBERS[opcode] = Member.of("tuxloom/engine/" + className, word.substring(colon + 1), form.descriptor);
        }
    }

    static {
        group(Form.BINARY, "LaneWidths", "186:dot16Signed");
        group(
                Form.BINARY,
                "Lanes16",
                "45:equal 46:notEqual 47:lessSigned 48:lessUnsigned 49:greaterSigned 50:greaterUnsigned "
                        + "51:lessOrEqualSigned 52:lessOrEqualUnsigned 53:greaterOrEqualSigned 54:greaterOrEqualUnsigned "
                        + "130:multiplyQ15 142:add 143:addSaturatedSigned 144:addSaturatedUnsigned 145:subtract "
                        + "146:subtractSaturatedSigned 147:subtractSaturatedUnsigned 149:multiply 150:minimumSigned "
                        + "151:minimumUnsigned 152:maximumSigned 153:maximumUnsigned 155:average");
        group(
                Form.BINARY,
                "Lanes32",
                "55:equal 56:notEqual 57:lessSigned 58:lessUnsigned 59:greaterSigned 60:greaterUnsigned "
                        + "61:lessOrEqualSigned 62:lessOrEqualUnsigned 63:greaterOrEqualSigned 64:greaterOrEqualUnsigned "
                        + "174:add 177:subtract 181:multiply 182:minimumSigned 183:minimumUnsigned 184:maximumSigned "
                        + "185:maximumUnsigned");
        group(
                Form.BINARY,
                "Lanes64",
                "79:andNot 206:add 209:subtract 213:multiply 214:equal 215:notEqual 216:lessSigned "
                        + "217:greaterSigned 218:lessOrEqualSigned 219:greaterOrEqualSigned");
        group(
                Form.BINARY,
                "Lanes8",
                "35:equal 36:notEqual 37:lessSigned 38:lessUnsigned 39:greaterSigned 40:greaterUnsigned "
                        + "41:lessOrEqualSigned 42:lessOrEqualUnsigned 43:greaterOrEqualSigned 44:greaterOrEqualUnsigned "
                        + "110:add 111:addSaturatedSigned 112:addSaturatedUnsigned 113:subtract "
                        + "114:subtractSaturatedSigned 115:subtractSaturatedUnsigned 118:minimumSigned 119:minimumUnsigned "
                        + "120:maximumSigned 121:maximumUnsigned 123:average");
        group(
                Form.BINARY,
                "LanesF32",
                "65:equal 66:notEqual 67:less 68:greater 69:lessOrEqual 70:greaterOrEqual 228:add 229:subtract "
                        + "230:multiply 231:divide 232:minimum 233:maximum 234:pseudoMinimum 235:pseudoMaximum");
        group(
                Form.BINARY,
                "LanesF64",
                "71:equal 72:notEqual 73:less 74:greater 75:lessOrEqual 76:greaterOrEqual 240:add 241:subtract "
                        + "242:multiply 243:divide 244:minimum 245:maximum 246:pseudoMinimum 247:pseudoMaximum");
        group(
                Form.MULTIPLY_HIGH,
                "LaneWidths",
                "157:multiply8Signed 159:multiply8Unsigned 189:multiply16Signed 191:multiply16Unsigned "
                        + "221:multiply32Signed 223:multiply32Unsigned");
        group(
                Form.MULTIPLY_LOW,
                "LaneWidths",
                "156:multiply8Signed 158:multiply8Unsigned 188:multiply16Signed 190:multiply16Unsigned "
                        + "220:multiply32Signed 222:multiply32Unsigned");
        group(
                Form.PAIRS,
                "LaneWidths",
                "101:narrow16Signed 102:narrow16Unsigned 133:narrow32Signed 134:narrow32Unsigned");
        group(Form.SELECT, "Lanes64", "82:bitSelect");
        group(Form.SHIFT, "Lanes16", "139:shiftLeft 140:shiftRightSigned 141:shiftRightUnsigned");
        group(Form.SHIFT, "Lanes32", "171:shiftLeft 172:shiftRightSigned 173:shiftRightUnsigned");
        group(Form.SHIFT, "Lanes64", "203:shiftLeft 204:shiftRightSigned 205:shiftRightUnsigned");
        group(Form.SHIFT, "Lanes8", "107:shiftLeft 108:shiftRightSigned 109:shiftRightUnsigned");
        group(Form.SPLAT_D, "LanesF64", "20:splat");
        group(Form.SPLAT_F, "LanesF32", "19:splat");
        group(Form.SPLAT_I, "Lanes16", "16:splat");
        group(Form.SPLAT_I, "Lanes32", "17:splat");
        group(Form.SPLAT_I, "Lanes8", "15:splat");
        group(Form.SPLAT_J, "Lanes64", "18:splat");
        group(Form.SWIZZLE, "Lanes8", "14:swizzle");
        group(Form.TEST, "Lanes16", "131:allTrue 132:bitmask");
        group(Form.TEST, "Lanes32", "163:allTrue 164:bitmask");
        group(Form.TEST, "Lanes64", "83:anyTrue 195:allTrue 196:bitmask");
        group(Form.TEST, "Lanes8", "99:allTrue 100:bitmask");
        group(Form.TO_LOW, "LanesF32", "94:demote");
        group(Form.TO_LOW, "LanesF64", "252:toIntSigned 253:toIntUnsigned");
        group(
                Form.UNARY,
                "LaneWidths",
                "124:addPairs8Signed 125:addPairs8Unsigned 126:addPairs16Signed 127:addPairs16Unsigned");
        group(Form.UNARY, "Lanes16", "128:absolute 129:negate");
        group(Form.UNARY, "Lanes32", "160:absolute 161:negate");
        group(Form.UNARY, "Lanes64", "77:not 192:absolute 193:negate");
        group(Form.UNARY, "Lanes8", "96:absolute 97:negate 98:countBits");
        group(
                Form.UNARY,
                "LanesF32",
                "103:ceil 104:floor 105:truncate 106:nearest 224:absolute 225:negate 227:squareRoot "
                        + "248:toIntSigned 249:toIntUnsigned 250:ofIntSigned 251:ofIntUnsigned");
        group(
                Form.UNARY,
                "LanesF64",
                "116:ceil 117:floor 122:truncate 148:nearest 236:absolute 237:negate 239:squareRoot");
        group(
                Form.WIDEN_HIGH,
                "LaneWidths",
                "136:extend8Signed 138:extend8Unsigned 168:extend16Signed 170:extend16Unsigned "
                        + "200:extend32Signed 202:extend32Unsigned");
        group(
                Form.WIDEN_LOW,
                "LaneWidths",
                "135:extend8Signed 137:extend8Unsigned 167:extend16Signed 169:extend16Unsigned "
                        + "199:extend32Signed 201:extend32Unsigned");
        group(Form.WIDEN_LOW, "LanesF64", "95:promote 254:ofIntSigned 255:ofIntUnsigned");
    }
}
