package tuxloom.virtio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tuxloom.virtio.BlockRequest.Flush;
import tuxloom.virtio.BlockRequest.GetId;
import tuxloom.virtio.BlockRequest.OutOfRange;
import tuxloom.virtio.BlockRequest.Read;
import tuxloom.virtio.BlockRequest.Unsupported;
import tuxloom.virtio.BlockRequest.Write;

/** Serves requests of a virtio block device (virtio 1.2, section 5.2). Runs on the queue's own thread. */
final class BlockQueue implements QueueHandler {
    /** Length of the serial number that a guest asks for (section 5.2.6). */
    static final int ID_BYTES = 20;

    static final byte STATUS_OK = 0;
    static final byte STATUS_IO_ERROR = 1;
    static final byte STATUS_UNSUPPORTED = 2;

    private final DiskImage image;
    private final boolean readOnly;
    private final byte[] id;
    private final DeviceHealth health;

    BlockQueue(DiskImage image, boolean readOnly, String serial, DeviceHealth health) {
        this.image = image;
        this.readOnly = readOnly;
        this.id = Arrays.copyOf(serial.getBytes(StandardCharsets.US_ASCII), ID_BYTES);
        this.health = health;
    }

    @Override
    public long serve(DescriptorChain chain) {
        BlockRequest request = BlockRequest.parse(chain, image.capacitySectors());
        byte status;
        try {
            status = execute(request);
        } catch (IOException e) {
            health.log("host I/O error in %s: %s".formatted(request.getClass().getSimpleName(), e));
            status = STATUS_IO_ERROR;
        }
        return answer(chain.writable(), status);
    }

    @Override
    public void close() {
        try {
            image.close();
        } catch (IOException e) {
            health.log("close: " + e);
        }
    }

    private byte execute(BlockRequest request) throws IOException {
        switch (request) {
            case Read(long offset, GuestBuffers into) -> image.read(offset, into);
            case Write(long offset, GuestBuffers from) -> {
                if (readOnly) {
                    return STATUS_IO_ERROR;
                }
                image.write(offset, from);
            }
            case Flush() -> {
                if (!readOnly) {
                    image.flush();
                }
            }
            case GetId(GuestBuffers into) -> into.copyFrom(id, 0, (int) Math.min(into.byteSize(), ID_BYTES));
            case OutOfRange(long sector, long bytes) -> {
                return STATUS_IO_ERROR;
            }
            case Unsupported(int type) -> {
                return STATUS_UNSUPPORTED;
            }
        }
        return STATUS_OK;
    }

    /**
     * Writes the status into the last byte. The used length covers everything up to it, so data that a failed request
     * did not deliver is zeroed: the driver may look at all that it is told was written.
     */
    private static long answer(GuestBuffers writable, byte status) {
        long dataBytes = writable.byteSize() - 1;
        if (status != STATUS_OK) {
            writable.slice(0, dataBytes).fill((byte) 0);
        }
        writable.slice(dataBytes, 1).fill(status);
        return writable.byteSize();
    }
}
