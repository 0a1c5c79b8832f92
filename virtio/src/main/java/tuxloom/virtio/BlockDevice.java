package tuxloom.virtio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Disks (virtio 1.2, section 5.2): one raw image file, one queue. */
public final class BlockDevice {
    static final int DEVICE_ID = 2;
    static final long FEATURE_SEG_MAX = 1L << 2;
    static final long FEATURE_RO = 1L << 5;
    static final long FEATURE_BLK_SIZE = 1L << 6;
    static final long FEATURE_FLUSH = 1L << 9;
    static final long FEATURE_TOPOLOGY = 1L << 10;

    /** Data ranges of a request: a ring of 256 entries less the header and the status byte. */
    static final int SEG_MAX = 254;
    /**
     * What a driver should best ask for at once. Linux reads ahead twice as much (else 128 KiB, two of the guest's pages): reading
     * 128 MiB through the page cache takes 67 requests instead of 1,024.
     */
    static final int OPTIMAL_IO_BYTES = 2 << 20;
    /** Config space up to and with the topology (section 5.2.4); what follows belongs to features that are not offered. */
    private static final int CONFIG_BYTES = 32;

    private static final int CAPACITY_OFFSET = 0;
    private static final int SEG_MAX_OFFSET = 12;
    private static final int BLK_SIZE_OFFSET = 20;
    private static final int OPT_IO_SIZE_OFFSET = 28;

    private BlockDevice() {}

    /**
     * Opens a disk. The device owns the file until it is closed.
     *
     * <p>Writes are in the host's cache until the guest flushes: FLUSH is offered, so the guest knows.
     *
     * @param file raw image, its size a multiple of 512 bytes and not 0
     * @param readOnly whether the guest may only read; it is told so, and writes fail
     * @param log takes single lines about faults, on any thread
     * @throws IOException if the file cannot be such a disk; the message is one line that names the file and the reason
     */
    public static VirtioDevice open(Path file, boolean readOnly, Consumer<String> log) throws IOException {
        DiskImage image = DiskImage.open(file, readOnly);
        String fileName = String.valueOf(file.getFileName());
        DeviceHealth health = new DeviceHealth("disk " + fileName, log);
        long features = Feature.TRANSPORT | FEATURE_SEG_MAX | FEATURE_BLK_SIZE | FEATURE_FLUSH | FEATURE_TOPOLOGY;
        if (readOnly) {
            features |= FEATURE_RO;
        }
        return new VirtioDevice(
                new VirtioDevice.Kind("disk " + fileName, DEVICE_ID, features),
                config(image.capacitySectors()),
                List.of(new BlockQueue(image, readOnly, serial(fileName), health)),
                health);
    }

    private static byte[] config(long capacitySectors) {
        return ByteBuffer.allocate(CONFIG_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(CAPACITY_OFFSET, capacitySectors)
                .putInt(SEG_MAX_OFFSET, SEG_MAX)
                .putInt(BLK_SIZE_OFFSET, DiskImage.SECTOR_BYTES)
                .putInt(OPT_IO_SIZE_OFFSET, OPTIMAL_IO_BYTES / DiskImage.SECTOR_BYTES)
                .array();
    }

    /** Two disks of a machine usually differ in the end of their file names. */
    private static String serial(String fileName) {
        String printable = fileName.replaceAll("[^\\x21-\\x7E]", "_");
        return printable.substring(Math.max(0, printable.length() - BlockQueue.ID_BYTES));
    }
}
