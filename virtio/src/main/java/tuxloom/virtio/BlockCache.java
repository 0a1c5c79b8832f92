package tuxloom.virtio;

import java.io.IOException;
import tuxloom.virtio.disk.Disk;
import tuxloom.virtio.disk.DiskOptions;

/**
 * What a completed write of the guest's promises (virtio 1.2, section 5.2.6.2: WCE). Shared by the queues of a disk; the driver may
 * switch between write-back and write-through at any time.
 */
final class BlockCache {
    private final Disk disk;
    private final boolean keepsPromises;
    private volatile boolean writeBack;

    BlockCache(Disk disk, DiskOptions.Cache mode) {
        this.disk = disk;
        this.keepsPromises = mode != DiskOptions.Cache.UNSAFE && !disk.isReadOnly();
        this.writeBack = mode != DiskOptions.Cache.WRITETHROUGH;
    }

    /** The config field {@code writeback}: 1 when the driver must flush. */
    int writeBackField() {
        return writeBack ? 1 : 0;
    }

    /** The driver wrote the field; returns what it reads there from now on. */
    int driverWrote(int value) {
        writeBack = (value & 1) != 0;
        return value & 1;
    }

    /** Called after each change of the disk and before the guest hears of it. */
    void changed() throws IOException {
        if (!writeBack) {
            flush();
        }
    }

    void flush() throws IOException {
        if (keepsPromises) {
            disk.flush();
        }
    }
}
