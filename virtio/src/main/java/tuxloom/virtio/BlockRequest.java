package tuxloom.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import tuxloom.virtio.disk.Disk;

/**
 * A request to a block device, as a checked value (virtio 1.2, section 5.2.6).
 *
 * <pre>
 * readable: le32 type, le32 reserved, le64 sector, then the data of a write, or ranges to discard or to zero
 * writable: the data of a read, then one status byte
 * a range:  le64 sector, le32 sectors, le32 flags (bit 0: may unmap)
 * </pre>
 */
sealed interface BlockRequest {
    int HEADER_BYTES = 16;
    int RANGE_BYTES = 16;

    int TYPE_IN = 0;
    int TYPE_OUT = 1;
    int TYPE_FLUSH = 4;
    int TYPE_GET_ID = 8;
    int TYPE_DISCARD = 11;
    int TYPE_WRITE_ZEROES = 13;

    int FLAG_UNMAP = 1;

    /** Reads from {@code offsetBytes} of the disk on. */
    record Read(long offsetBytes, GuestBuffers into) implements BlockRequest {}

    /** Writes from {@code offsetBytes} of the disk on. */
    record Write(long offsetBytes, GuestBuffers from) implements BlockRequest {
        @Override
        public boolean changesTheDisk() {
            return true;
        }
    }

    /** The guest needs these ranges no more. */
    record Discard(List<Range> ranges) implements BlockRequest {
        @Override
        public boolean changesTheDisk() {
            return true;
        }
    }

    /** These ranges become zeroes. */
    record WriteZeroes(List<Range> ranges) implements BlockRequest {
        @Override
        public boolean changesTheDisk() {
            return true;
        }
    }

    /** Makes everything written durable. */
    record Flush() implements BlockRequest {}

    /** Asks for the serial number. */
    record GetId(GuestBuffers into) implements BlockRequest {}

    /** A type that was not offered, or a range with flags that mean nothing. */
    record Unsupported() implements BlockRequest {}

    /** Half a sector, beyond the disk's end, or more than was announced. */
    record OutOfRange() implements BlockRequest {}

    /** Bytes of the disk. */
    record Range(long offsetBytes, long lengthBytes, boolean mayUnmap) {}

    /** Whether a disk that is only for reading refuses this. */
    default boolean changesTheDisk() {
        return false;
    }

    /**
     * Reads and checks a request.
     *
     * @param capacitySectors size of the disk in units of 512 bytes
     * @throws DriverFaultException if there is no whole header, or no status byte to answer with
     */
    static BlockRequest parse(DescriptorChain chain, long capacitySectors) {
        GuestBuffers readable = chain.readable();
        GuestBuffers writable = chain.writable();
        if (readable.byteSize() < HEADER_BYTES || writable.byteSize() < 1) {
            throw new DriverFaultException("block request with %d readable and %d writable bytes, not at least %d and 1"
                    .formatted(readable.byteSize(), writable.byteSize(), HEADER_BYTES));
        }
        ByteBuffer header = copy(readable.slice(0, HEADER_BYTES));
        int type = header.getInt(0);
        long sector = header.getLong(8);
        GuestBuffers dataIn = writable.slice(0, writable.byteSize() - 1);
        GuestBuffers dataOut = readable.slice(HEADER_BYTES, readable.byteSize() - HEADER_BYTES);
        return switch (type) {
            case TYPE_IN ->
                isInside(sector, dataIn.byteSize(), capacitySectors)
                        ? new Read(sector * Disk.SECTOR_BYTES, dataIn)
                        : new OutOfRange();
            case TYPE_OUT ->
                isInside(sector, dataOut.byteSize(), capacitySectors)
                        ? new Write(sector * Disk.SECTOR_BYTES, dataOut)
                        : new OutOfRange();
            case TYPE_FLUSH -> new Flush();
            case TYPE_GET_ID -> new GetId(dataIn);
            case TYPE_DISCARD, TYPE_WRITE_ZEROES -> parseRanges(type, dataOut, capacitySectors);
            default -> new Unsupported();
        };
    }

    private static BlockRequest parseRanges(int type, GuestBuffers data, long capacitySectors) {
        boolean discard = type == TYPE_DISCARD;
        int mostRanges = discard ? BlockConfig.MAX_DISCARD_RANGES : BlockConfig.MAX_WRITE_ZEROES_RANGES;
        long count = data.byteSize() / RANGE_BYTES;
        if (data.byteSize() % RANGE_BYTES != 0 || count == 0 || count > mostRanges) {
            return new OutOfRange();
        }
        long mostSectors = discard ? BlockConfig.MAX_DISCARD_SECTORS : BlockConfig.MAX_WRITE_ZEROES_SECTORS;
        ByteBuffer fields = copy(data);
        List<Range> ranges = new ArrayList<>();
        while (fields.hasRemaining()) {
            long sector = fields.getLong();
            long sectors = Integer.toUnsignedLong(fields.getInt());
            int flags = fields.getInt();
            // Section 5.2.6.2: unknown flags, and a discard that may unmap, are unsupported.
            if ((flags & ~FLAG_UNMAP) != 0 || (discard && flags != 0)) {
                return new Unsupported();
            }
            if (sectors > mostSectors || !isInside(sector, sectors * Disk.SECTOR_BYTES, capacitySectors)) {
                return new OutOfRange();
            }
            if (sectors > 0) {
                ranges.add(new Range(sector * Disk.SECTOR_BYTES, sectors * Disk.SECTOR_BYTES, flags != 0));
            }
        }
        return discard ? new Discard(ranges) : new WriteZeroes(ranges);
    }

    private static ByteBuffer copy(GuestBuffers buffers) {
        byte[] bytes = new byte[(int) buffers.byteSize()];
        buffers.copyTo(bytes, 0);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isInside(long sector, long bytes, long capacitySectors) {
        // The sector has 64 bits: one of 2^63 or more is negative here, and sector plus count might wrap around.
        long count = bytes / Disk.SECTOR_BYTES;
        return bytes % Disk.SECTOR_BYTES == 0
                && sector >= 0
                && count <= capacitySectors
                && sector <= capacitySectors - count;
    }
}
