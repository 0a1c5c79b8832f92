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
 * @param format of the file; null: qcow2 if it is one and its name ends in {@code .qcow2}, else raw
 * @param snapshot whether all changes vanish at the end; the file is only read
 * @param overlay a qcow2 file for all changes, made when it is not there; the file itself is only read
 */
public record DiskOptions(
        Path file,
        boolean readOnly,
        @Nullable String serial,
        Cache cache,
        @Nullable Format format,
        boolean snapshot,
        @Nullable Path overlay) {
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
        return new DiskOptions(file, false, null, Cache.WRITEBACK, null, false, null);
    }

    /** The same, but only for reading. */
    public DiskOptions forReading() {
        return new DiskOptions(file, true, serial, cache, format, snapshot, overlay);
    }

    /** The same with this caching. */
    public DiskOptions with(Cache wanted) {
        return new DiskOptions(file, readOnly, serial, wanted, format, snapshot, overlay);
    }

    /** The same with this serial number, of which the guest sees the first 20 bytes. */
    public DiskOptions withSerial(String wanted) {
        return new DiskOptions(file, readOnly, wanted, cache, format, snapshot, overlay);
    }

    /** The same with this format. */
    public DiskOptions with(Format wanted) {
        return new DiskOptions(file, readOnly, serial, cache, wanted, snapshot, overlay);
    }

    /** The same, with changes that vanish at the end. */
    public DiskOptions withSnapshot() {
        return new DiskOptions(file, readOnly, serial, cache, format, true, overlay);
    }

    /** The same, with changes in a file of their own. */
    public DiskOptions withOverlay(Path wanted) {
        return new DiskOptions(file, readOnly, serial, cache, format, snapshot, wanted);
    }
}
