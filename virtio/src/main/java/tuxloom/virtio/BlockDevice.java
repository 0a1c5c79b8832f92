package tuxloom.virtio;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tuxloom.virtio.disk.Disk;
import tuxloom.virtio.disk.DiskFaults;
import tuxloom.virtio.disk.DiskImages;
import tuxloom.virtio.disk.DiskOptions;

/** A disk (virtio 1.2, section 5.2) with one or more queues, whose requests run in parallel. */
public final class BlockDevice {
    static final int DEVICE_ID = 2;
    /** More queues than this would only wait for the same file. */
    static final int MAX_QUEUES = 64;

    static final long FEATURE_SIZE_MAX = 1L << 1;
    static final long FEATURE_SEG_MAX = 1L << 2;
    static final long FEATURE_RO = 1L << 5;
    static final long FEATURE_BLK_SIZE = 1L << 6;
    static final long FEATURE_FLUSH = 1L << 9;
    static final long FEATURE_TOPOLOGY = 1L << 10;
    static final long FEATURE_CONFIG_WCE = 1L << 11;
    static final long FEATURE_MQ = 1L << 12;
    static final long FEATURE_DISCARD = 1L << 13;
    static final long FEATURE_WRITE_ZEROES = 1L << 14;

    private static final long ALWAYS = Feature.TRANSPORT
            | FEATURE_SIZE_MAX
            | FEATURE_SEG_MAX
            | FEATURE_BLK_SIZE
            | FEATURE_FLUSH
            | FEATURE_TOPOLOGY;
    private static final long WHEN_WRITABLE = FEATURE_CONFIG_WCE | FEATURE_DISCARD | FEATURE_WRITE_ZEROES;

    private final Disk disk;
    private final VirtioDevice device;

    private BlockDevice(Disk disk, VirtioDevice device) {
        this.disk = disk;
        this.device = device;
    }

    /**
     * Opens a disk. The device owns its files until it is closed.
     *
     * @param options the files and how to use them
     * @param queues how many requests may run at once, 1 to 64; one a virtual CPU is best
     * @param log takes single lines about faults, on any thread
     * @throws IOException if the files cannot be such a disk; the message is one line that names the file and the reason
     */
    public static BlockDevice open(DiskOptions options, int queues, Consumer<String> log) throws IOException {
        return open(options, DiskFaults.NONE, queues, log);
    }

    /** The same, with things that go wrong on purpose. */
    public static BlockDevice open(DiskOptions options, DiskFaults faults, int queues, Consumer<String> log)
            throws IOException {
        return over(DiskImages.open(options, faults), options, queues, log);
    }

    static BlockDevice over(Disk disk, DiskOptions options, int queues, Consumer<String> log) {
        if (queues < 1 || queues > MAX_QUEUES) {
            throw new IllegalArgumentException("%d queues, not 1 to %d".formatted(queues, MAX_QUEUES));
        }
        String fileName = String.valueOf(options.file().getFileName());
        DeviceHealth health = new DeviceHealth("disk " + fileName, log);
        long features = ALWAYS | (disk.isReadOnly() ? FEATURE_RO : WHEN_WRITABLE);
        if (queues > 1) {
            features |= FEATURE_MQ;
        }
        BlockCache cache = new BlockCache(disk, options.snapshot() ? DiskOptions.Cache.UNSAFE : options.cache());
        String serial = options.serial() == null ? endOf(fileName) : options.serial();
        List<BlockQueue> handlers = new ArrayList<>();
        for (int i = 0; i < queues; i++) {
            handlers.add(new BlockQueue(disk, cache, serial, health));
        }
        VirtioDevice device = new VirtioDevice(
                new VirtioDevice.Kind("disk " + fileName, DEVICE_ID, features),
                BlockConfig.of(disk, queues, cache.writeBackField()),
                disk.isReadOnly()
                        ? null
                        : new VirtioDevice.WritableByte(BlockConfig.WRITEBACK_OFFSET, cache::driverWrote),
                handlers,
                health);
        return new BlockDevice(disk, device);
    }

    /** Returns the device to plug into a machine. */
    public VirtioDevice device() {
        return device;
    }

    /**
     * Looks whether the image has grown since, and if so tells the guest the new size. Any thread, not after the device's close.
     *
     * @return the size in bytes
     * @throws IOException if the host cannot tell
     */
    public long rescan() throws IOException {
        if (disk.refreshSize()) {
            device.changeConfig(BlockConfig.CAPACITY_OFFSET, disk.sizeBytes() / Disk.SECTOR_BYTES);
        }
        return disk.sizeBytes();
    }

    /** Two disks of a machine usually differ in the end of their file names. */
    private static String endOf(String fileName) {
        String printable = fileName.replaceAll("[^\\x21-\\x7E]", "_");
        return printable.substring(Math.max(0, printable.length() - BlockQueue.ID_BYTES));
    }
}
