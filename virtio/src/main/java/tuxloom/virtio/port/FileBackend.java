package tuxloom.virtio.port;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A file that gets what the guest writes. The guest may write at any time, and never has anything to read. */
final class FileBackend implements PortBackend {
    private final FileOutputStream file;
    private final CountDownLatch closed = new CountDownLatch(1);

    private FileBackend(FileOutputStream file) {
        this.file = file;
    }

    /**
     * Makes the file, or empties it. Refuses what is no regular file, and one that another process has locked, such as a disk image that
     * a machine uses.
     *
     * @throws IOException whose message names the path
     */
    static FileBackend empty(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException(path + " is not a regular file");
        }
        // Appending, because the other mode empties it before it can be locked.
        FileOutputStream file = new FileOutputStream(path.toFile(), true);
        try {
            // Held until the file is closed.
            if (file.getChannel().tryLock() == null) {
                throw new IOException(path + " is in use by another process");
            }
            file.getChannel().truncate(0);
            return new FileBackend(file);
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new IOException(path + " is in use by this process", e);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void awaitPeer() {
        // A file is always there.
    }

    @Override
    public int read(byte[] into) throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("closed");
        }
        return -1;
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
        if (closed.getCount() > 0) {
            file.write(bytes, 0, length);
        }
    }

    @Override
    public void dropPeer() {
        // A file is always there.
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        file.close();
    }
}
