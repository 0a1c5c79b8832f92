package tuxloom.engine;

import java.util.Arrays;

/** A growing array of big-endian values, as class files want them. */
final class ByteSink {
    byte[] bytes;
    int length;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }

    ByteSink u1(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    ByteSink u2(int value) {
        reserve(2);
        bytes[length] = (byte) (value >> 8);
        bytes[length + 1] = (byte) value;
        length += 2;
        return this;
    }

    ByteSink u4(int value) {
        return u2(value >> 16).u2(value);
    }

    ByteSink u8(long value) {
        return u4((int) (value >> 32)).u4((int) value);
    }

    ByteSink append(ByteSink other) {
        reserve(other.length);
        System.arraycopy(other.bytes, 0, bytes, length, other.length);
        length += other.length;
        return this;
    }

    /** Appends {@code text} in the JVM's modified UTF-8, after its length. */
    ByteSink utf8(String text) {
        int at = length;
        u2(0);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0 && c < 0x80) {
                u1(c);
            } else if (c < 0x800) {
                u1(0xc0 | (c >> 6)).u1(0x80 | (c & 0x3f));
            } else {
                u1(0xe0 | (c >> 12)).u1(0x80 | ((c >> 6) & 0x3f)).u1(0x80 | (c & 0x3f));
            }
        }
        setU2(at, length - at - 2);
        return this;
    }

    void setU2(int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    void setU4(int at, int value) {
        setU2(at, value >> 16);
        setU2(at + 2, value);
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }
}
