package tuxloom.engine;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the primitive values of the wasm binary format (core specification 5.2) from a range of bytes. */
final class BinaryReader {
    /** What decoders put in the place of bytes that are not UTF-8; also a character that names may have. */
    private static final char REPLACEMENT = '\ufffd';

    final byte[] bytes;

    /** The next byte to read; free to move. */
    int position;

    /** End of the readable range, exclusive. */
    int end;

    BinaryReader(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    InvalidModuleException malformed(String reason) {
        return InvalidModuleException.malformed(reason, position);
    }

    InvalidModuleException invalid(String reason) {
        return InvalidModuleException.invalid(reason, position);
    }

    boolean atEnd() {
        return position >= end;
    }

    int u8() {
        if (position >= end) {
            throw malformed("unexpected end");
        }
        return bytes[position++] & 0xff;
    }

    /** Returns an unsigned 32-bit LEB128 as int bits. */
    int u32() {
        int at = position;
        int first = at < end ? bytes[at] : -1;
        if (first >= 0) {
            position = at + 1;
            return first;
        }
        // Nearly all that do not fit into one byte fit into two.
        int second = at + 1 < end ? bytes[at + 1] : -1;
        if (second >= 0) {
            position = at + 2;
            return (first & 0x7f) | (second << 7);
        }
        return (int) leb(32, false);
    }

    /** Returns an unsigned 32-bit LEB128 that is a count, an index or a size: anything above 2^31-1 is refused. */
    int count(String what) {
        int value = u32();
        if (value < 0) {
            throw malformed("length out of bounds: " + what + " " + Integer.toUnsignedString(value));
        }
        return value;
    }

    /** Returns an index; values above 2^31-1 come out as 2^31-1, which no index space reaches. */
    int index() {
        int value = u32();
        return value < 0 ? Integer.MAX_VALUE : value;
    }

    int s32() {
        int at = position;
        int first = at < end ? bytes[at] : -1;
        if (first >= 0) {
            position = at + 1;
            return first << 25 >> 25;
        }
        int second = at + 1 < end ? bytes[at + 1] : -1;
        if (second >= 0) {
            position = at + 2;
            return ((first & 0x7f) | (second << 7)) << 18 >> 18;
        }
        return (int) leb(32, true);
    }

    long s33() {
        return leb(33, true);
    }

    long s64() {
        return leb(64, true);
    }

    private long leb(int bits, boolean signed) {
        long result = 0;
        int shift = 0;
        while (true) {
            int b = u8LongInteger();
            result |= (long) (b & 0x7f) << shift;
            int used = Math.min(7, bits - shift);
            shift += 7;
            if (used < 7) {
                checkUnusedBits(b, used, signed);
            }
            if ((b & 0x80) == 0) {
                return signed && shift < 64 ? result << (64 - shift) >> (64 - shift) : result;
            }
            if (shift >= bits) {
                throw malformed("integer representation too long");
            }
        }
    }

    private int u8LongInteger() {
        if (position >= end) {
            throw malformed("unexpected end");
        }
        return bytes[position++];
    }

    private void checkUnusedBits(int b, int used, boolean signed) {
        if ((b & 0x80) != 0) {
            throw malformed("integer representation too long");
        }
        int rest = (b & 0x7f) >> (signed ? used - 1 : used);
        int allOnes = 0x7f >> (signed ? used - 1 : used);
        if (rest != 0 && !(signed && rest == allOnes)) {
            throw malformed("integer too large");
        }
    }

    int f32Bits() {
        skip(4);
        return (bytes[position - 4] & 0xff)
                | (bytes[position - 3] & 0xff) << 8
                | (bytes[position - 2] & 0xff) << 16
                | bytes[position - 1] << 24;
    }

    long f64Bits() {
        long low = f32Bits() & 0xffffffffL;
        return low | (long) f32Bits() << 32;
    }

    void skip(int count) {
        if (count < 0 || count > end - position) {
            throw malformed("unexpected end");
        }
        position += count;
    }

    /** Returns a name: a byte count and that much UTF-8. */
    String name() {
        int length = count("name");
        int start = position;
        if (length > end - position) {
            throw malformed("unexpected end: length out of bounds");
        }
        position += length;
        return text(start, length);
    }

    private String text(int start, int length) {
        // Most names are ASCII, for which this is much faster than a decoder that tells errors.
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw InvalidModuleException.malformed("malformed UTF-8 encoding", start);
        }
    }

    ValueType valueType() {
        int code = u8();
        ValueType type = ValueType.ofCode(code);
        if (type == null) {
            throw unknownType(code);
        }
        return type;
    }

    ValueType referenceType() {
        int at = position;
        ValueType type = valueType();
        if (!type.isReference()) {
            throw InvalidModuleException.malformed("malformed reference type", at);
        }
        return type;
    }

    private InvalidModuleException unknownType(int code) {
        return switch (code) {
            case 0x63, 0x64, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73 ->
                invalid("unsupported: garbage collection or typed references (type 0x" + Integer.toHexString(code)
                        + ")");
            default -> malformed("malformed value type 0x" + Integer.toHexString(code));
        };
    }
}
