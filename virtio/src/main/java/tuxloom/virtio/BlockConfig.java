package tuxloom.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import tuxloom.virtio.disk.Disk;

/**
 * The config space of a block device (virtio 1.2, section 5.2.4) and the limits that it announces.
 *
 * <pre>
 *  0 le64 capacity, in sectors      32 u8   writeback (the driver's to write)
 *  8 le32 size_max                  34 le16 num_queues
 * 12 le32 seg_max                   36 le32 max_discard_sectors, max_discard_seg, discard_sector_alignment
 * 20 le32 blk_size                  48 le32 max_write_zeroes_sectors, max_write_zeroes_seg
 * 24 u8   physical_block_exp        56 u8   write_zeroes_may_unmap
 * 28 le32 opt_io_size, in blocks
 * </pre>
 */
final class BlockConfig {
    static final int CAPACITY_OFFSET = 0;
    static final int WRITEBACK_OFFSET = 32;

    private static final int SIZE_MAX_OFFSET = 8;
    private static final int SEG_MAX_OFFSET = 12;
    private static final int BLK_SIZE_OFFSET = 20;
    private static final int PHYSICAL_BLOCK_EXP_OFFSET = 24;
    private static final int OPT_IO_SIZE_OFFSET = 28;
    private static final int NUM_QUEUES_OFFSET = 34;
    private static final int MAX_DISCARD_SECTORS_OFFSET = 36;
    private static final int MAX_DISCARD_SEG_OFFSET = 40;
    private static final int DISCARD_ALIGNMENT_OFFSET = 44;
    private static final int MAX_WRITE_ZEROES_SECTORS_OFFSET = 48;
    private static final int MAX_WRITE_ZEROES_SEG_OFFSET = 52;
    private static final int WRITE_ZEROES_MAY_UNMAP_OFFSET = 56;
    private static final int BYTES = 60;

    /** Data ranges of a request: a ring of 256 entries less the header and the status byte. */
    static final int SEG_MAX = 254;
    /** Bytes in a data range; more than any Linux sends. */
    static final int SIZE_MAX = 1 << 30;
    /** The host's pages, 4 KiB, as a power of two of 512 bytes: what is best aligned to. */
    private static final int PHYSICAL_BLOCK_EXPONENT = 3;
    /**
     * What a driver should best ask for at once. Linux reads ahead twice as much (else 128 KiB, two of the guest's pages): reading
     * 128 MiB through the page cache takes 67 requests instead of 1,024.
     */
    private static final int OPTIMAL_IO_BYTES = 2 << 20;
    /** Discarding is a call of the host's file system, whose time hardly depends on the length: 2 GiB. */
    static final int MAX_DISCARD_SECTORS = 1 << 22;
    /** Writing zeroes may mean to write them, and nothing else of the queue meanwhile: 16 MiB. */
    static final int MAX_WRITE_ZEROES_SECTORS = 1 << 15;
    /** Ranges in a request to discard. */
    static final int MAX_DISCARD_RANGES = 64;
    /** Ranges in a request to write zeroes. */
    static final int MAX_WRITE_ZEROES_RANGES = 1;

    private BlockConfig() {}

    static byte[] of(Disk disk, int queues, int writeBack) {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(CAPACITY_OFFSET, disk.sizeBytes() / Disk.SECTOR_BYTES)
                .putInt(SIZE_MAX_OFFSET, SIZE_MAX)
                .putInt(SEG_MAX_OFFSET, SEG_MAX)
                .putInt(BLK_SIZE_OFFSET, Disk.SECTOR_BYTES)
                .put(PHYSICAL_BLOCK_EXP_OFFSET, (byte) PHYSICAL_BLOCK_EXPONENT)
                .putInt(OPT_IO_SIZE_OFFSET, OPTIMAL_IO_BYTES / Disk.SECTOR_BYTES)
                .put(WRITEBACK_OFFSET, (byte) writeBack)
                .putShort(NUM_QUEUES_OFFSET, (short) queues)
                .putInt(MAX_DISCARD_SECTORS_OFFSET, MAX_DISCARD_SECTORS)
                .putInt(MAX_DISCARD_SEG_OFFSET, MAX_DISCARD_RANGES)
                .putInt(DISCARD_ALIGNMENT_OFFSET, disk.discardGranularityBytes() / Disk.SECTOR_BYTES)
                .putInt(MAX_WRITE_ZEROES_SECTORS_OFFSET, MAX_WRITE_ZEROES_SECTORS)
                .putInt(MAX_WRITE_ZEROES_SEG_OFFSET, MAX_WRITE_ZEROES_RANGES)
                .put(WRITE_ZEROES_MAY_UNMAP_OFFSET, (byte) 1)
                .array();
    }
}
