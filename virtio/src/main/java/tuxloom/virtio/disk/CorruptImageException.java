package tuxloom.virtio.disk;

import java.io.IOException;

/** An image that breaks the rules of its format. The message names the offset in the file, or the field, that is wrong. */
final class CorruptImageException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptImageException(String message) {
        super(message);
    }
}
