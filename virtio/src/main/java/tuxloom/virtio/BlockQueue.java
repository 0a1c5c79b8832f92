package tuxloom.virtio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tuxloom.virtio.BlockRequest.Discard;
import tuxloom.virtio.BlockRequest.Flush;
import tuxloom.virtio.BlockRequest.GetId;
import tuxloom.virtio.BlockRequest.OutOfRange;
import tuxloom.virtio.BlockRequest.Read;
import tuxloom.virtio.BlockRequest.Unsupported;
import tuxloom.virtio.BlockRequest.Write;
import tuxloom.virtio.BlockRequest.WriteZeroes;
import tuxloom.virtio.disk.Disk;

/** Serves requests of a virtio block device (virtio 1.2, section 5.2). Runs on the queue's own thread. */
final class BlockQueue implements QueueHandler {
    /** Length of the serial number that a guest asks for (section 5.2.6). */
    static final int ID_BYTES = 20;

    static final byte STATUS_OK = 0;
    static final byte STATUS_IO_ERROR = 1;
    static final byte STATUS_UNSUPPORTED = 2;

    private final Disk disk;
    private final BlockCache cache;
    private final byte[] id;
    private final DeviceHealth health;

    /** All queues of a disk share it and its cache; whichever is closed first closes it, after all have stopped. */
    BlockQueue(Disk disk, BlockCache cache, String serial, DeviceHealth health) {
        this.disk = disk;
        this.cache = cache;
        this.id = Arrays.copyOf(serial.getBytes(StandardCharsets.US_ASCII), ID_BYTES);
        this.health = health;
    }

    @Override
    public long serve(DescriptorChain chain) {
        BlockRequest request = BlockRequest.parse(chain, disk.sizeBytes() / Disk.SECTOR_BYTES);
        byte status;
        try {
            status = execute(request);
        } catch (IOException e) {
            health.log("host I/O error in " + request.getClass().getSimpleName() + ": " + e.getMessage());
            status = STATUS_IO_ERROR;
        }
        return answer(chain.writable(), status);
    }

    @Override
    public void close() {
        try {
            disk.close();
        } catch (IOException e) {
            health.log("close: " + e.getMessage());
        }
    }

    private byte execute(BlockRequest request) throws IOException {
        if (request.changesTheDisk() && disk.isReadOnly()) {
            return STATUS_IO_ERROR;
        }
        switch (request) {
            case Read(long offset, GuestBuffers into) -> disk.read(offset, into.segments());
            case Write(long offset, GuestBuffers from) -> disk.write(offset, from.segments());
            case Discard(var ranges) -> {
                for (BlockRequest.Range range : ranges) {
                    disk.discard(range.offsetBytes(), range.lengthBytes());
                }
            }
            case WriteZeroes(var ranges) -> {
                for (BlockRequest.Range range : ranges) {
                    disk.writeZeroes(range.offsetBytes(), range.lengthBytes(), range.mayUnmap());
                }
            }
            case Flush() -> cache.flush();
            case GetId(GuestBuffers into) -> into.copyFrom(id, 0, (int) Math.min(into.byteSize(), ID_BYTES));
            case OutOfRange() -> {
                return STATUS_IO_ERROR;
            }
            case Unsupported() -> {
                return STATUS_UNSUPPORTED;
            }
        }
        if (request.changesTheDisk()) {
            cache.changed();
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
