package tuxloom.virtio.disk;

import java.io.IOException;

/** Opens disk images. */
public final class DiskImages {
    private DiskImages() {}

    /**
     * Opens and locks the files of a disk.
     *
     * @throws IOException if they cannot be such a disk, or somebody else has them; the message is one line that names the file and the
     *     reason
     */
    public static Disk open(DiskOptions options) throws IOException {
        return RawDisk.over(HostFile.open(options.file(), !options.readOnly()));
    }
}
