package tuxloom.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What driver and device of a console with several ports say to each other (virtio 1.2, section 5.3.6.2): le32 id, le16 event, le16 value.
 *
 * @param port the id, unsigned
 * @param event one of the constants, or anything that a driver made up
 * @param value 0 to 65,535
 */
record ControlMessage(long port, int event, int value) {
    static final int DEVICE_READY = 0;
    static final int DEVICE_ADD = 1;
    static final int PORT_READY = 3;
    static final int CONSOLE_PORT = 4;
    static final int RESIZE = 5;
    static final int PORT_OPEN = 6;
    static final int PORT_NAME = 7;

    static final int BYTES = 8;

    /** Reads a message from the first {@value #BYTES} bytes. */
    static ControlMessage of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new ControlMessage(
                Integer.toUnsignedLong(buffer.getInt()),
                Short.toUnsignedInt(buffer.getShort()),
                Short.toUnsignedInt(buffer.getShort()));
    }

    /** Returns a message with what some events carry behind it. */
    static byte[] bytes(int port, int event, int value, byte... more) {
        return ByteBuffer.allocate(BYTES + more.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(port)
                .putShort((short) event)
                .putShort((short) value)
                .put(more)
                .array();
    }

    /** What is behind a resize: le16 cols, le16 rows. Kernels from before 2025 read them the other way round. */
    static byte[] size(int columns, int rows) {
        return new byte[] {(byte) columns, (byte) (columns >> 8), (byte) rows, (byte) (rows >> 8)};
    }
}
