package tuxloom.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import tuxloom.engine.Memory;

/** Copies to, from and between guest memories with every range checked. Addresses and lengths are unsigned 32-bit values. */
final class GuestBytes {
    private GuestBytes() {}

    /** Whether all of the range lies in the memory as large as it is now. */
    static boolean contains(Memory memory, int address, int length) {
        return Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length) <= memory.sizeBytes();
    }

    /** Copies from {@code source} into {@code into}; false if the memory does not have that range. */
    static boolean read(Memory memory, int source, byte[] into, int offset, int length) {
        if (!contains(memory, source, length)) {
            return false;
        }
        var start = Integer.toUnsignedLong(source);
        MemorySegment.copy(memory.segment(), ValueLayout.JAVA_BYTE, start, into, offset, length);
        return true;
    }

    /** Copies all of {@code bytes} to {@code target}; false if the memory does not have that range. */
    static boolean write(Memory memory, int target, byte[] bytes) {
        if (!contains(memory, target, bytes.length)) {
            return false;
        }
        var start = Integer.toUnsignedLong(target);
        MemorySegment.copy(bytes, 0, memory.segment(), ValueLayout.JAVA_BYTE, start, bytes.length);
        return true;
    }

    /** Returns {@code length} bytes at {@code source} as text, or a note that there are none. */
    static String text(Memory memory, int source, int length) {
        var bytes = new byte[length];
        return read(memory, source, bytes, 0, length) ? new String(bytes, StandardCharsets.UTF_8) : "(unreadable)";
    }

    /** Copies between two memories; returns the number of bytes not copied, which is none or all. */
    static int copy(Memory from, int source, Memory to, int target, int length) {
        if (!contains(from, source, length) || !contains(to, target, length)) {
            return length;
        }
        var sourceStart = Integer.toUnsignedLong(source);
        var targetStart = Integer.toUnsignedLong(target);
        switch (length) {
            case Byte.BYTES -> to.putByte(targetStart, from.getByte(sourceStart));
            case Integer.BYTES -> to.putInt(targetStart, from.getInt(sourceStart));
            case Long.BYTES -> to.putLong(targetStart, from.getLong(sourceStart));
            default ->
                MemorySegment.copy(
                        from.segment(), sourceStart, to.segment(), targetStart, Integer.toUnsignedLong(length));
        }
        return 0;
    }

    /** Writes zeroes; returns the number of bytes not written, which is none or all. */
    static int zero(Memory memory, int target, int length) {
        if (!contains(memory, target, length)) {
            return length;
        }
        memory.segment()
                .asSlice(Integer.toUnsignedLong(target), Integer.toUnsignedLong(length))
                .fill((byte) 0);
        return 0;
    }
}
