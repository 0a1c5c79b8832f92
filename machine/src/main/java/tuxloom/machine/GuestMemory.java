package tuxloom.machine;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongSupplier;
import tuxloom.engine.Memory;

/**
 * The host's and the devices' checked view of guest-physical memory: little-endian, addresses are byte offsets from 0.
 *
 * <p>Safe for use by many threads at once. The guest may change any byte at any time: read a field once and validate
 * the copy. Memory only grows, so a range that was inside stays inside until the machine frees it; the machine
 * closes its devices first. Addresses and lengths are non-negative {@code long}s: a caller widens the guest's
 * unsigned 32-bit values, and 64-bit values above 2^63 count as outside.
 */
public final class GuestMemory {
    private static final int WINDOW_SHIFT = 30;

    /** A buffer's index is an int, so memory is seen through several: bytes from one's begin to that of the next. */
    private static final int WINDOW_BYTES = 1 << WINDOW_SHIFT;

    /** What an access near a window's end may need of the next. */
    private static final int OVERLAP_BYTES = Long.BYTES - 1;

    private final MemorySegment region;
    private final LongSupplier sizeBytes;

    /**
     * All of {@link #region}, and as safe: it can be closed while others access it. Accesses of a segment by itself are made of method
     * handles, which the JVM makes anew at each start, before the kernel is entered.
     */
    private final ByteBuffer[] windows;

    /**
     * Creates a view of memory that starts at offset 0 of {@code region}.
     *
     * @param region everything the memory may ever grow to, its start aligned to at least 8 bytes
     * @param sizeBytes the present size, at most {@code region.byteSize()}, never shrinking; asked at every access
     */
    public GuestMemory(MemorySegment region, LongSupplier sizeBytes) {
        this.region = region;
        this.sizeBytes = sizeBytes;
        this.windows = new ByteBuffer[(int) ((region.byteSize() + WINDOW_BYTES - 1) >> WINDOW_SHIFT)];
        for (int i = 0; i < windows.length; i++) {
            long begin = (long) i << WINDOW_SHIFT;
            long length = Math.min(region.byteSize() - begin, WINDOW_BYTES + OVERLAP_BYTES);
            windows[i] = region.asSlice(begin, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Creates a view of a linear memory, growth included. After the memory is closed every access faults. */
    public GuestMemory(Memory memory) {
        this(memory.segment(), memory::sizeBytes);
    }

    /** Returns the present size in bytes; it never shrinks. */
    public long sizeBytes() {
        return sizeBytes.getAsLong();
    }

    /**
     * Returns a view of {@code length} bytes at guest-physical {@code address}.
     *
     * @param address byte offset into guest memory, unsigned 32-bit
     * @param length bytes, at most 4 GiB
     * @throws GuestFaultException if any byte of the range lies outside guest memory
     */
    public MemorySegment slice(long address, long length) {
        check(address, length);
        return region.asSlice(address, length);
    }

    /** Returns the byte at {@code address}; throws {@link GuestFaultException} outside guest memory. */
    public byte getByte(long address) {
        check(address, Byte.BYTES);
        return window(address).get(index(address));
    }

    /** Stores a byte; throws {@link GuestFaultException} outside guest memory. */
    public void putByte(long address, byte value) {
        check(address, Byte.BYTES);
        window(address).put(index(address), value);
    }

    /** Returns two bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public short getShort(long address) {
        check(address, Short.BYTES);
        return window(address).getShort(index(address));
    }

    /** Stores two bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public void putShort(long address, short value) {
        check(address, Short.BYTES);
        window(address).putShort(index(address), value);
    }

    /** Returns four bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public int getInt(long address) {
        check(address, Integer.BYTES);
        return window(address).getInt(index(address));
    }

    /** Stores four bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public void putInt(long address, int value) {
        check(address, Integer.BYTES);
        window(address).putInt(index(address), value);
    }

    /** Returns eight bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public long getLong(long address) {
        check(address, Long.BYTES);
        return window(address).getLong(index(address));
    }

    /** Stores eight bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public void putLong(long address, long value) {
        check(address, Long.BYTES);
        window(address).putLong(index(address), value);
    }

    /**
     * Returns two bytes; what the guest wrote before it released them is visible to later reads.
     *
     * @throws GuestFaultException outside guest memory or at an odd address
     */
    public short getShortAcquire(long address) {
        checkAligned(address, Short.BYTES);
        short value = window(address).getShort(index(address));
        VarHandle.acquireFence();
        return value;
    }

    /**
     * Stores two bytes after everything that this thread stored before.
     *
     * @throws GuestFaultException outside guest memory or at an odd address
     */
    public void putShortRelease(long address, short value) {
        checkAligned(address, Short.BYTES);
        VarHandle.releaseFence();
        window(address).putShort(index(address), value);
    }

    /**
     * Returns four bytes; what the guest wrote before it released them is visible to later reads.
     *
     * @throws GuestFaultException outside guest memory or at an address that is no multiple of 4
     */
    public int getIntAcquire(long address) {
        checkAligned(address, Integer.BYTES);
        int value = window(address).getInt(index(address));
        VarHandle.acquireFence();
        return value;
    }

    /**
     * Stores four bytes after everything that this thread stored before.
     *
     * @throws GuestFaultException outside guest memory or at an address that is no multiple of 4
     */
    public void putIntRelease(long address, int value) {
        checkAligned(address, Integer.BYTES);
        VarHandle.releaseFence();
        window(address).putInt(index(address), value);
    }

    /**
     * Copies guest memory into a host array.
     *
     * @throws GuestFaultException if any byte of the range lies outside guest memory
     * @throws IndexOutOfBoundsException if the array is too short (our bug)
     */
    public void read(long address, byte[] into, int offset, int length) {
        check(address, length);
        for (int done = 0, part; done < length; done += part) {
            part = partLength(address + done, length - done);
            window(address + done).get(index(address + done), into, offset + done, part);
        }
    }

    /**
     * Copies a host array into guest memory.
     *
     * @throws GuestFaultException if any byte of the range lies outside guest memory; nothing is written then
     * @throws IndexOutOfBoundsException if the array is too short (our bug)
     */
    public void write(long address, byte[] from, int offset, int length) {
        check(address, length);
        for (int done = 0, part; done < length; done += part) {
            part = partLength(address + done, length - done);
            window(address + done).put(index(address + done), from, offset + done, part);
        }
    }

    private ByteBuffer window(long address) {
        return windows[(int) (address >> WINDOW_SHIFT)];
    }

    private static int index(long address) {
        return (int) address & (WINDOW_BYTES - 1);
    }

    /** Returns how much of a range lies in the window of its begin. */
    private static int partLength(long address, int length) {
        return Math.min(length, WINDOW_BYTES - index(address));
    }

    private void check(long address, long length) {
        long size = sizeBytes.getAsLong();
        if (address < 0 || length < 0 || length > size || address > size - length) {
            throw new GuestFaultException("%s bytes at 0x%s lie outside guest memory of 0x%s bytes"
                    .formatted(Long.toUnsignedString(length), Long.toHexString(address), Long.toHexString(size)));
        }
    }

    private void checkAligned(long address, int width) {
        check(address, width);
        if ((address & (width - 1)) != 0) {
            throw new GuestFaultException("0x%s is not a multiple of %d, as an atomic access must be"
                    .formatted(Long.toHexString(address), width));
        }
    }
}
