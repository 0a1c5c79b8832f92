package tuxloom.console;

import java.io.IOException;
import java.io.InputStream;
import tuxloom.virtio.ConsoleInput;

/** Console input from a pipe or a file: read only when the guest has room, byte for byte, without escape keys. */
record PipedInput(InputStream stdin) implements ConsoleInput {
    @Override
    public int read(byte[] into) throws IOException {
        return stdin.read(into);
    }
}
