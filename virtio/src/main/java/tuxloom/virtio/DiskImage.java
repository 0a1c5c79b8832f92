package tuxloom.virtio;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A raw disk image: the file's bytes are the disk's. Owned by one queue's worker.
 *
 * <p>Data moves straight between the file and guest memory, in one system call for a request of any number of ranges
 * if the host's kernel does not cut it short. The size is fixed when the file is opened.
 */
final class DiskImage {
    static final int SECTOR_BYTES = 512;

    /** A {@code ByteBuffer} has at most 2^31 - 1 bytes; longer ranges are cut at a page boundary below that. */
    private static final long MAX_BUFFER_BYTES = 1L << 30;

    private final FileChannel channel;
    private final long capacitySectors;

    private DiskImage(FileChannel channel, long capacitySectors) {
        this.channel = channel;
        this.capacitySectors = capacitySectors;
    }

    /**
     * Opens an image.
     *
     * @throws IOException with one line that names the file and what is wrong with it
     */
    static DiskImage open(Path file, boolean readOnly) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("disk " + file + ": is a directory, not a disk image");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("disk " + file + ": is not a regular file");
        }
        if (!readOnly && isWriteProtected(file)) {
            throw readOnlyFile(file);
        }
        FileChannel channel = openChannel(file, readOnly);
        try {
            long size = channel.size();
            if (size == 0 || size % SECTOR_BYTES != 0) {
                throw new IOException(
                        size == 0
                                ? "disk " + file + ": is empty"
                                : "disk %s: size %d is not a multiple of %d".formatted(file, size, SECTOR_BYTES));
            }
            return new DiskImage(channel, size / SECTOR_BYTES);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    long capacitySectors() {
        return capacitySectors;
    }

    /**
     * Fills guest memory from the image.
     *
     * @throws EOFException if the file has become shorter
     */
    void read(long offsetBytes, GuestBuffers into) throws IOException {
        ByteBuffer[] buffers = asByteBuffers(into);
        long at = offsetBytes;
        int first = 0;
        while (first < buffers.length) {
            long read;
            if (buffers.length - first == 1) {
                read = channel.read(buffers[first], at);
            } else {
                channel.position(at);
                read = channel.read(buffers, first, buffers.length - first);
            }
            if (read < 0) {
                throw new EOFException("the file ends at byte " + at);
            }
            at += read;
            first = skipDone(buffers, first);
        }
    }

    /** Writes guest memory to the image; durable after the next {@link #flush}. */
    void write(long offsetBytes, GuestBuffers from) throws IOException {
        ByteBuffer[] buffers = asByteBuffers(from);
        long at = offsetBytes;
        int first = 0;
        while (first < buffers.length) {
            if (buffers.length - first == 1) {
                at += channel.write(buffers[first], at);
            } else {
                channel.position(at);
                at += channel.write(buffers, first, buffers.length - first);
            }
            first = skipDone(buffers, first);
        }
    }

    /** Makes all earlier writes durable. The size never changes, so the file's times may lag. */
    void flush() throws IOException {
        channel.force(false);
    }

    void close() throws IOException {
        channel.close();
    }

    private static FileChannel openChannel(Path file, boolean readOnly) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ);
        if (!readOnly) {
            options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        try {
            return FileChannel.open(file, options);
        } catch (NoSuchFileException e) {
            throw new IOException("disk " + file + ": no such file", e);
        } catch (AccessDeniedException e) {
            if (!readOnly && Files.isReadable(file)) {
                throw readOnlyFile(file);
            }
            throw new IOException("disk " + file + ": permission denied", e);
        } catch (IOException e) {
            throw new IOException("disk " + file + ": " + e.getMessage(), e);
        }
    }

    /** Whether nobody may write the file. The superuser could all the same, against the wish of whoever protected it. */
    private static boolean isWriteProtected(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null || !Files.exists(file)) {
            return false;
        }
        Set<PosixFilePermission> writers = EnumSet.of(
                PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
        writers.retainAll(view.readAttributes().permissions());
        return writers.isEmpty();
    }

    private static IOException readOnlyFile(Path file) {
        return new IOException("disk " + file + ": is write-protected; make it writable or open it read-only (,ro)");
    }

    private static ByteBuffer[] asByteBuffers(GuestBuffers buffers) {
        List<ByteBuffer> views = new ArrayList<>(buffers.segments().size());
        for (MemorySegment segment : buffers.segments()) {
            for (long at = 0; at < segment.byteSize(); at += MAX_BUFFER_BYTES) {
                views.add(segment.asSlice(at, Math.min(MAX_BUFFER_BYTES, segment.byteSize() - at))
                        .asByteBuffer());
            }
        }
        return views.toArray(ByteBuffer[]::new);
    }

    private static int skipDone(ByteBuffer[] buffers, int first) {
        int index = first;
        while (index < buffers.length && !buffers[index].hasRemaining()) {
            index++;
        }
        return index;
    }
}
