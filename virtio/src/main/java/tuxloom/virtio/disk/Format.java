package tuxloom.virtio.disk;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** File formats of disk images. */
public enum Format {
    /** The file's bytes are the disk's. */
    RAW,
    /** QEMU's copy-on-write format, versions 2 and 3. */
    QCOW2;

    /** Returns the name that users write. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the format of a name that users write, null if there is none. */
    public static @Nullable Format of(String text) {
        for (Format format : values()) {
            if (format.text().equals(text)) {
                return format;
            }
        }
        return null;
    }
}
