package tuxloom.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
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
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_HANDLE = SHORT.varHandle();
    private static final VarHandle INT_HANDLE = INT.varHandle();

    private final MemorySegment region;
    private final LongSupplier sizeBytes;

    /** Has this class made ready, whose handles cost a cold JVM some 5 ms: for whoever waits for something else. */
    public static void prepare() {
        VarHandle.releaseFence();
    }

    /**
     * Creates a view of memory that starts at offset 0 of {@code region}.
     *
     * @param region everything the memory may ever grow to, its start aligned to at least 8 bytes
     * @param sizeBytes the present size, at most {@code region.byteSize()}, never shrinking; asked at every access
     */
    public GuestMemory(MemorySegment region, LongSupplier sizeBytes) {
        this.region = region;
        this.sizeBytes = sizeBytes;
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
        return region.get(ValueLayout.JAVA_BYTE, address);
    }

    /** Stores a byte; throws {@link GuestFaultException} outside guest memory. */
    public void putByte(long address, byte value) {
        check(address, Byte.BYTES);
        region.set(ValueLayout.JAVA_BYTE, address, value);
    }

    /** Returns two bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public short getShort(long address) {
        check(address, Short.BYTES);
        return region.get(SHORT.withByteAlignment(1), address);
    }

    /** Stores two bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public void putShort(long address, short value) {
        check(address, Short.BYTES);
        region.set(SHORT.withByteAlignment(1), address, value);
    }

    /** Returns four bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public int getInt(long address) {
        check(address, Integer.BYTES);
        return region.get(INT.withByteAlignment(1), address);
    }

    /** Stores four bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public void putInt(long address, int value) {
        check(address, Integer.BYTES);
        region.set(INT.withByteAlignment(1), address, value);
    }

    /** Returns eight bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public long getLong(long address) {
        check(address, Long.BYTES);
        return region.get(LONG.withByteAlignment(1), address);
    }

    /** Stores eight bytes at any alignment; throws {@link GuestFaultException} outside guest memory. */
    public void putLong(long address, long value) {
        check(address, Long.BYTES);
        region.set(LONG.withByteAlignment(1), address, value);
    }

    /**
     * Returns two bytes; what the guest wrote before it released them is visible to later reads.
     *
     * @throws GuestFaultException outside guest memory or at an odd address
     */
    public short getShortAcquire(long address) {
        checkAligned(address, Short.BYTES);
        return (short) SHORT_HANDLE.getAcquire(region, address);
    }

    /**
     * Stores two bytes after everything that this thread stored before.
     *
     * @throws GuestFaultException outside guest memory or at an odd address
     */
    public void putShortRelease(long address, short value) {
        checkAligned(address, Short.BYTES);
        SHORT_HANDLE.setRelease(region, address, value);
    }

    /**
     * Returns four bytes; what the guest wrote before it released them is visible to later reads.
     *
     * @throws GuestFaultException outside guest memory or at an address that is no multiple of 4
     */
    public int getIntAcquire(long address) {
        checkAligned(address, Integer.BYTES);
        return (int) INT_HANDLE.getAcquire(region, address);
    }

    /**
     * Stores four bytes after everything that this thread stored before.
     *
     * @throws GuestFaultException outside guest memory or at an address that is no multiple of 4
     */
    public void putIntRelease(long address, int value) {
        checkAligned(address, Integer.BYTES);
        INT_HANDLE.setRelease(region, address, value);
    }

    /**
     * Copies guest memory into a host array.
     *
     * @throws GuestFaultException if any byte of the range lies outside guest memory
     * @throws IndexOutOfBoundsException if the array is too short (our bug)
     */
    public void read(long address, byte[] into, int offset, int length) {
        check(address, length);
        MemorySegment.copy(region, ValueLayout.JAVA_BYTE, address, into, offset, length);
    }

    /**
     * Copies a host array into guest memory.
     *
     * @throws GuestFaultException if any byte of the range lies outside guest memory; nothing is written then
     * @throws IndexOutOfBoundsException if the array is too short (our bug)
     */
    public void write(long address, byte[] from, int offset, int length) {
        check(address, length);
        MemorySegment.copy(from, offset, region, ValueLayout.JAVA_BYTE, address, length);
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
