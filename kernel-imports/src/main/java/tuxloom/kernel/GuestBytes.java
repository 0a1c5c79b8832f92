package tuxloom.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import tuxloom.engine.Memory;

/**
 * Copies to, from and between guest memories with every range checked. Addresses and lengths are unsigned 32-bit values. Arrays are copied
 * as segments: for the form of copy that takes an array the JVM makes a class at each start.
 */
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
        MemorySegment.copy(memory.segment(), start, MemorySegment.ofArray(into), offset, length);
        return true;
    }

    /** Copies all of {@code bytes} to {@code target}; false if the memory does not have that range. */
    static boolean write(Memory memory, int target, byte[] bytes) {
        if (!contains(memory, target, bytes.length)) {
            return false;
        }
        var start = Integer.toUnsignedLong(target);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory.segment(), start, bytes.length);
        return true;
    }

    /** Returns {@code length} bytes at {@code source} as text, or a note that there are none. */
    static String text(Memory memory, int source, int length) {
        var bytes = new byte[length];
        return read(memory, source, bytes, 0, length) ? new String(bytes, StandardCharsets.UTF_8) : "(unreadable)";
    }

    /**
     * Copies from a program's memory to the kernel's; returns the number of bytes not copied. What lies before the end of the program's
     * memory is copied: the kernel counts on it when it asks for more than there may be.
     */
    static int fromUser(Memory user, int source, Memory kernel, int target, int length) {
        return length - copy(user, source, kernel, target, present(user, source, length));
    }

    /** Copies from the kernel's memory to a program's; otherwise like {@link #fromUser}. */
    static int toUser(Memory kernel, int source, Memory user, int target, int length) {
        return length - copy(kernel, source, user, target, present(user, target, length));
    }

    /** Writes zeroes to a program's memory; otherwise like {@link #toUser}. */
    static int zeroUser(Memory user, int target, int length) {
        var count = present(user, target, length);
        user.segment()
                .asSlice(Integer.toUnsignedLong(target), Integer.toUnsignedLong(count))
                .fill((byte) 0);
        return length - count;
    }

    /** Returns how many of the bytes lie in the memory, as an unsigned number. */
    private static int present(Memory memory, int address, int length) {
        var left = memory.sizeBytes() - Integer.toUnsignedLong(address);
        return (int) Math.clamp(left, 0, Integer.toUnsignedLong(length));
    }

    /** Copies bytes that the program's side has; returns how many, none if the kernel's side has not all of them. */
    private static int copy(Memory from, int source, Memory to, int target, int length) {
        if (!contains(from, source, length) || !contains(to, target, length)) {
            return 0;
        }
        var sourceStart = Integer.toUnsignedLong(source);
        var targetStart = Integer.toUnsignedLong(target);
        switch (length) {
            case 0 -> {}
            case Byte.BYTES -> to.putByte(targetStart, from.getByte(sourceStart));
            case Integer.BYTES -> to.putInt(targetStart, from.getInt(sourceStart));
            case Long.BYTES -> to.putLong(targetStart, from.getLong(sourceStart));
            default ->
                MemorySegment.copy(
                        from.segment(), sourceStart, to.segment(), targetStart, Integer.toUnsignedLong(length));
        }
        return length;
    }
}
