package tuxloom.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A request to a block device, as a checked value (virtio 1.2, section 5.2.6).
 *
 * <pre>
 * readable: le32 type, le32 reserved, le64 sector, then the data of a write
 * writable: the data of a read, then one status byte
 * </pre>
 */
sealed interface BlockRequest {
    int HEADER_BYTES = 16;

    int TYPE_IN = 0;
    int TYPE_OUT = 1;
    int TYPE_FLUSH = 4;
    int TYPE_GET_ID = 8;

    /** Reads from {@code offsetBytes} of the disk on. */
    record Read(long offsetBytes, GuestBuffers into) implements BlockRequest {}

    /** Writes from {@code offsetBytes} of the disk on. */
    record Write(long offsetBytes, GuestBuffers from) implements BlockRequest {}

    /** Makes everything written durable. */
    record Flush() implements BlockRequest {}

    /** Asks for the serial number. */
    record GetId(GuestBuffers into) implements BlockRequest {}

    /** A type that was not offered. */
    record Unsupported(int type) implements BlockRequest {}

    /** A read or write of half a sector, or beyond the disk's end. */
    record OutOfRange(long sector, long bytes) implements BlockRequest {}

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
        byte[] copy = new byte[HEADER_BYTES];
        readable.slice(0, HEADER_BYTES).copyTo(copy, 0);
        ByteBuffer header = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        int type = header.getInt(0);
        long sector = header.getLong(8);
        GuestBuffers dataIn = writable.slice(0, writable.byteSize() - 1);
        GuestBuffers dataOut = readable.slice(HEADER_BYTES, readable.byteSize() - HEADER_BYTES);
        return switch (type) {
            case TYPE_IN ->
                isInside(sector, dataIn.byteSize(), capacitySectors)
                        ? new Read(sector * DiskImage.SECTOR_BYTES, dataIn)
                        : new OutOfRange(sector, dataIn.byteSize());
            case TYPE_OUT ->
                isInside(sector, dataOut.byteSize(), capacitySectors)
                        ? new Write(sector * DiskImage.SECTOR_BYTES, dataOut)
                        : new OutOfRange(sector, dataOut.byteSize());
            case TYPE_FLUSH -> new Flush();
            case TYPE_GET_ID -> new GetId(dataIn);
            default -> new Unsupported(type);
        };
    }

    private static boolean isInside(long sector, long bytes, long capacitySectors) {
        // The sector has 64 bits: one of 2^63 or more is negative here, and sector plus count might wrap around.
        long count = bytes / DiskImage.SECTOR_BYTES;
        return bytes % DiskImage.SECTOR_BYTES == 0
                && sector >= 0
                && count <= capacitySectors
                && sector <= capacitySectors - count;
    }
}
