package tuxloom.virtio.disk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a disk is to be made of.
 *
 * @param file the image
 * @param readOnly whether the guest may only read it; it is told so, and writes fail
 * @param serial what the guest is told as serial number; null: the end of the file's name
 * @param cache what a completed write of the guest's means
 */
public record DiskOptions(
        Path file, boolean readOnly, @Nullable String serial, Cache cache) {
    /** When the guest's writes are durable. */
    public enum Cache {
        /** After the guest's next flush; the guest knows that it must flush. */
        WRITEBACK,
        /** When the guest is told that they are done. */
        WRITETHROUGH,
        /** When the host sees fit; flushes do nothing. For disks that nobody will miss. */
        UNSAFE
    }

    /** A writable disk with write-back caching, named after its file. */
    public static DiskOptions of(Path file) {
        return new DiskOptions(file, false, null, Cache.WRITEBACK);
    }

    /** The same, but only for reading. */
    public DiskOptions forReading() {
        return new DiskOptions(file, true, serial, cache);
    }

    /** The same with this caching. */
    public DiskOptions with(Cache wanted) {
        return new DiskOptions(file, readOnly, serial, wanted);
    }

    /** The same with this serial number, of which the guest sees the first 20 bytes. */
    public DiskOptions withSerial(String wanted) {
        return new DiskOptions(file, readOnly, wanted, cache);
    }
}
