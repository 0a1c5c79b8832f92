package tuxloom.engine;

import java.lang.foreign.MemorySegment;
import jdk.internal.misc.Unsafe;

/**
 * A linear memory (WebAssembly 2.0, section 4.2.8, and the threads proposal): one native region reserved at its maximum
 * size, zeroed, whose base never moves. It grows, and never shrinks. May be used from any thread; the guest's data races
 * are the guest's.
 *
 * <p>Addresses are byte offsets from the start of the memory. The accessors here are for the host: they check bounds and
 * throw {@link Trap} beyond the current size, like guest code does. Compiled guest code reads {@link #baseAddress()} and
 * {@link #sizeBytes()} and accesses the region itself.
 */
public final class Memory implements AutoCloseable, Extern {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private final MemoryType declared;
    private final NativeRegion region;
    private final long base;
    private final MemoryBudget budget;
    private final ParkingLot parkingLot;

    /** Only grows, under this object's monitor. Zero once closed. */
    private volatile long sizeBytes;

    private boolean closed;

    private Memory(MemoryType declared, NativeRegion region, MemoryBudget budget, ParkingLot parkingLot) {
        this.declared = declared;
        this.region = region;
        this.base = region.segment().address();
        this.budget = budget;
        this.parkingLot = parkingLot;
        this.sizeBytes = declared.limits().minimum() * MemoryType.PAGE_BYTES;
    }

    /** Does what the first memory of a process would have to do first, which takes some milliseconds: for whoever waits for something else. */
    public static void prepare() {
        NativeRegion.prepare();
    }

    /** A memory that stands alone: without a budget, and with a parking lot of its own. */
    public static Memory allocate(MemoryType type) throws MemoryAllocationException {
        return allocate(type, MemoryBudget.unlimited(), new ParkingLot());
    }

    /**
     * Reserves a zeroed memory.
     *
     * @param budget pays for the size, now and on growth, and gets it back on {@link #close}
     * @param parkingLot where waiting threads stand; shared by the memories of a machine
     * @throws MemoryAllocationException if the budget or the operating system refuses; the message has the numbers
     */
    public static Memory allocate(MemoryType type, MemoryBudget budget, ParkingLot parkingLot)
            throws MemoryAllocationException {
        long minimumPages = type.limits().minimum();
        int maximumPages = type.maximumPages();
        if (minimumPages > maximumPages) {
            throw new IllegalArgumentException(
                    "a memory of " + minimumPages + " pages cannot have a maximum of " + maximumPages);
        }
        long initialBytes = minimumPages * MemoryType.PAGE_BYTES;
        if (!budget.reserve(initialBytes)) {
            throw new MemoryAllocationException("a guest memory of " + initialBytes + " bytes does not fit: "
                    + budget.usedBytes() + " of " + budget.limitBytes() + " bytes are in use");
        }
        try {
            NativeRegion region = NativeRegion.reserve((long) maximumPages * MemoryType.PAGE_BYTES);
            return new Memory(type, region, budget, parkingLot);
        } catch (MemoryAllocationException e) {
            budget.release(initialBytes);
            throw e;
        }
    }

    /** The declared type with the current size as its minimum, as import matching sees it (section 3.2.8). */
    @Override
    public MemoryType type() {
        return new MemoryType(new Limits(sizePages(), declared.limits().maximum()), declared.shared());
    }

    /** Whether several threads may use it, and wait on it. */
    public boolean shared() {
        return declared.shared();
    }

    /** Native address of byte 0; the same for the memory's whole life. */
    public long baseAddress() {
        return base;
    }

    /** Current size; another thread may grow it at any time. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Current size in pages of 64 KiB. */
    public int sizePages() {
        return (int) (sizeBytes / MemoryType.PAGE_BYTES);
    }

    /** The size in pages that growth never exceeds. */
    public int maximumPages() {
        return declared.maximumPages();
    }

    /** The whole region up to the maximum, for views. Turns invalid with {@link #close}. */
    public MemorySegment segment() {
        return region.segment();
    }

    /**
     * {@code memory.grow}: adds zeroed pages.
     *
     * @param deltaPages unsigned
     * @return the old size in pages, or -1 if the maximum or the budget forbids it
     */
    public synchronized int grow(int deltaPages) {
        long oldPages = sizePages();
        long delta = Integer.toUnsignedLong(deltaPages);
        if (closed || oldPages + delta > maximumPages()) {
            return -1;
        }
        if (!budget.reserve(delta * MemoryType.PAGE_BYTES)) {
            return -1;
        }
        sizeBytes = (oldPages + delta) * MemoryType.PAGE_BYTES;
        return (int) oldPages;
    }

    /**
     * Gives the region and the budget back. The caller guarantees that no guest thread and no device uses the memory any
     * more. Closing again does nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        budget.release(sizeBytes);
        sizeBytes = 0;
        region.close();
    }

    /**
     * {@code memory.atomic.wait32}: stands still until notified.
     *
     * @param timeoutNanos negative for no limit
     * @return 0 woken, 1 the word was not {@code expected}, 2 timed out
     * @throws Trap if the word is outside, unaligned, or the memory is not shared
     */
    public int waitInt(long address, int expected, long timeoutNanos) {
        long nativeAddress = aligned(address, Integer.BYTES);
        requireShared();
        return parkingLot.waitInt(nativeAddress, expected, timeoutNanos);
    }

    /** {@code memory.atomic.wait64}; like {@link #waitInt}. */
    public int waitLong(long address, long expected, long timeoutNanos) {
        long nativeAddress = aligned(address, Long.BYTES);
        requireShared();
        return parkingLot.waitLong(nativeAddress, expected, timeoutNanos);
    }

    /**
     * {@code memory.atomic.notify}: wakes the longest waiters of an address.
     *
     * @param count unsigned; -1 wakes all
     * @return how many were woken; 0 on a memory that is not shared, where nobody can wait
     * @throws Trap if the word is outside or unaligned
     */
    public int notify(long address, int count) {
        long nativeAddress = aligned(address, Integer.BYTES);
        return declared.shared() ? parkingLot.notify(nativeAddress, count) : 0;
    }

    public byte getByte(long address) {
        return UNSAFE.getByte(null, checked(address, Byte.BYTES));
    }

    public void putByte(long address, byte value) {
        UNSAFE.putByte(null, checked(address, Byte.BYTES), value);
    }

    /** Little-endian like all of the following; needs no alignment. */
    public short getShort(long address) {
        return UNSAFE.getShortUnaligned(null, checked(address, Short.BYTES));
    }

    public void putShort(long address, short value) {
        UNSAFE.putShortUnaligned(null, checked(address, Short.BYTES), value);
    }

    public int getInt(long address) {
        return UNSAFE.getIntUnaligned(null, checked(address, Integer.BYTES));
    }

    public void putInt(long address, int value) {
        UNSAFE.putIntUnaligned(null, checked(address, Integer.BYTES), value);
    }

    public long getLong(long address) {
        return UNSAFE.getLongUnaligned(null, checked(address, Long.BYTES));
    }

    public void putLong(long address, long value) {
        UNSAFE.putLongUnaligned(null, checked(address, Long.BYTES), value);
    }

    /** Aligned, with acquire order: what the writer stored before is visible. */
    public short getShortAcquire(long address) {
        return UNSAFE.getShortAcquire(null, aligned(address, Short.BYTES));
    }

    /** Aligned, with release order: a reader that sees the value sees what was stored before. */
    public void putShortRelease(long address, short value) {
        UNSAFE.putShortRelease(null, aligned(address, Short.BYTES), value);
    }

    public int getIntAcquire(long address) {
        return UNSAFE.getIntAcquire(null, aligned(address, Integer.BYTES));
    }

    public void putIntRelease(long address, int value) {
        UNSAFE.putIntRelease(null, aligned(address, Integer.BYTES), value);
    }

    public long getLongAcquire(long address) {
        return UNSAFE.getLongAcquire(null, aligned(address, Long.BYTES));
    }

    public void putLongRelease(long address, long value) {
        UNSAFE.putLongRelease(null, aligned(address, Long.BYTES), value);
    }

    /** Aligned, sequentially consistent; true if the word was {@code expected} and now is {@code value}. */
    public boolean compareAndSetInt(long address, int expected, int value) {
        return UNSAFE.compareAndSetInt(null, aligned(address, Integer.BYTES), expected, value);
    }

    /** Like {@link #compareAndSetInt} for a 64-bit word. */
    public boolean compareAndSetLong(long address, long expected, long value) {
        return UNSAFE.compareAndSetLong(null, aligned(address, Long.BYTES), expected, value);
    }

    /** Checks {@code [address, address + length)} against the current size; returns the native address. */
    long checked(long address, long length) {
        long size = sizeBytes;
        if (address < 0 || length < 0 || address > size - length) {
            throw outOfBounds(address, length, size);
        }
        return base + address;
    }

    /** Checks bounds and natural alignment of a word of {@code width} bytes; returns its native address. */
    long aligned(long address, int width) {
        long nativeAddress = checked(address, width);
        if ((address & (width - 1)) != 0) {
            throw new Trap(Trap.Kind.UNALIGNED_ATOMIC, "address 0x" + Long.toHexString(address) + ", width " + width);
        }
        return nativeAddress;
    }

    private void requireShared() {
        if (!declared.shared()) {
            throw new Trap(Trap.Kind.EXPECTED_SHARED_MEMORY);
        }
    }

    private static Trap outOfBounds(long address, long length, long size) {
        return new Trap(
                Trap.Kind.OUT_OF_BOUNDS_MEMORY,
                length + " bytes at 0x" + Long.toHexString(address) + " of a memory of 0x" + Long.toHexString(size));
    }
}
