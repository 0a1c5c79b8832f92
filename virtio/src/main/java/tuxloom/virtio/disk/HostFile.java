package tuxloom.virtio.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.libc.NativeCalls;

/**
 * An open, locked file of the host. Data moves straight between the file and the segments given, in one system call for any number of
 * them if the kernel does not cut it short. Safe for use by many threads at once; blocks.
 */
final class HostFile implements Closeable {
    /** What {@code preadv} takes at once (IOV_MAX). */
    private static final int MAX_VECTORS = 1024;

    private static final int ZEROES_BYTES = 1 << 20;

    private final Path path;
    private final int fd;
    private final boolean writable;
    private boolean closed;
    /** Null but for tests and teaching. Set before the file is used. */
    private @Nullable PowerCut powerCut;

    private HostFile(Path path, int fd, boolean writable) {
        this.path = path;
        this.fd = fd;
        this.writable = writable;
    }

    /**
     * Opens and locks an existing file.
     *
     * @throws IOException with one line that names the file and what is wrong with it
     */
    static HostFile open(Path path, boolean writable) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IOException("disk " + path + ": is a directory, not a disk image");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("disk " + path + ": is not a regular file");
        }
        if (writable && isWriteProtected(path)) {
            throw readOnlyFile(path);
        }
        return open(path, writable, writable ? LibC.O_RDWR : LibC.O_RDONLY);
    }

    /** Makes a file that was not there, empty, and locks it. */
    static HostFile create(Path path) throws IOException {
        return open(path, true, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL);
    }

    private static HostFile open(Path path, boolean writable, int flags) throws IOException {
        int fd;
        try {
            fd = LibC.open(path.toString(), flags | LibC.O_CLOEXEC, 0666);
        } catch (NativeCalls.Failure e) {
            throw openFailure(path, writable, e);
        }
        HostFile file = new HostFile(path, fd, writable);
        try {
            FileLock.acquire(path, fd, writable);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static IOException openFailure(Path path, boolean writable, NativeCalls.Failure e) {
        return switch (e.errno()) {
            case LibC.ENOENT -> new IOException("disk " + path + ": no such file", e);
            case LibC.EEXIST -> new IOException("disk " + path + ": is there already", e);
            case LibC.EACCES ->
                writable && Files.isReadable(path)
                        ? readOnlyFile(path)
                        : new IOException("disk " + path + ": permission denied", e);
            default -> new IOException("disk " + path + ": " + e.getMessage(), e);
        };
    }

    Path path() {
        return path;
    }

    boolean isWritable() {
        return writable;
    }

    long size() throws IOException {
        return LibC.size(fd);
    }

    /** Lets the power fail on purpose. Called before the file is used. */
    void failLater(DiskFaults faults) {
        if (faults.cutAtWrite() > 0 && writable) {
            powerCut = new PowerCut(this, faults);
        }
    }

    /** Makes the file longer, with a hole, or shorter. */
    void setSize(long bytes) throws IOException {
        PowerCut cut = powerCut;
        if (cut != null) {
            cut.change(size(), 0, () -> setSizeNow(bytes));
        } else {
            setSizeNow(bytes);
        }
    }

    void setSizeNow(long bytes) throws IOException {
        LibC.ftruncate(fd, bytes);
    }

    /**
     * Fills the segments from {@code offset} on.
     *
     * @throws EOFException if the file ends before
     */
    void read(long offset, List<MemorySegment> into) throws IOException {
        long end = transfer(false, offset, into);
        if (end < offset + totalBytes(into)) {
            throw new EOFException("the file ends at byte " + end);
        }
    }

    /** Like {@link #read}, but what lies behind the end of the file is zeroes. */
    void readOrZeroes(long offset, List<MemorySegment> into) throws IOException {
        long skip = transfer(false, offset, into) - offset;
        for (MemorySegment segment : into) {
            if (skip < segment.byteSize()) {
                segment.asSlice(Math.max(0, skip)).fill((byte) 0);
            }
            skip -= segment.byteSize();
        }
    }

    void write(long offset, List<MemorySegment> from) throws IOException {
        PowerCut cut = powerCut;
        if (cut != null) {
            cut.write(offset, from);
        } else {
            writeNow(offset, from);
        }
    }

    void writeNow(long offset, List<MemorySegment> from) throws IOException {
        long end = transfer(true, offset, from);
        if (end < offset + totalBytes(from)) {
            throw new IOException("the file takes no more at byte " + end);
        }
    }

    void flush() throws IOException {
        PowerCut cut = powerCut;
        if (cut != null) {
            cut.flush();
        } else {
            flushNow();
        }
    }

    void flushNow() throws IOException {
        LibC.fdatasync(fd);
    }

    /** Gives the range's space back; it reads as zeroes then. Returns false where the file system has no holes. */
    boolean punchHole(long offset, long length) throws IOException {
        return allocate(LibC.FALLOC_PUNCH_HOLE | LibC.FALLOC_KEEP_SIZE, offset, length);
    }

    /** Zeroes a range, by telling the file system so if it understands that. */
    void zero(long offset, long length, boolean mayUnmap) throws IOException {
        if ((mayUnmap && punchHole(offset, length))
                || allocate(LibC.FALLOC_ZERO_RANGE | LibC.FALLOC_KEEP_SIZE, offset, length)) {
            return;
        }
        for (long at = offset; at < offset + length; at += ZEROES_BYTES) {
            write(at, List.of(Zeroes.SEGMENT.asSlice(0, Math.min(ZEROES_BYTES, offset + length - at))));
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }

    private boolean allocate(int mode, long offset, long length) throws IOException {
        PowerCut cut = powerCut;
        if (cut == null) {
            return allocateNow(mode, offset, length);
        }
        boolean[] done = {false};
        cut.change(offset, length, () -> done[0] = allocateNow(mode, offset, length));
        return done[0];
    }

    private boolean allocateNow(int mode, long offset, long length) throws IOException {
        try {
            LibC.fallocate(fd, mode, offset, length);
            return true;
        } catch (NativeCalls.Failure e) {
            if (e.errno() == LibC.EOPNOTSUPP || e.errno() == LibC.ENOSYS) {
                return false;
            }
            throw e;
        }
    }

    /** Moves all bytes, or all that there are; returns the file offset behind the last. */
    private long transfer(boolean write, long offset, List<MemorySegment> segments) throws IOException {
        PowerCut cut = powerCut;
        if (cut != null && !write) {
            cut.requirePower();
        }
        int index = 0;
        long skip = 0;
        long at = offset;
        try (NativeCalls.Frame frame = new NativeCalls.Frame()) {
            int most = Math.min(segments.size(), MAX_VECTORS);
            MemorySegment vectors = frame.arena().allocate((long) most * LibC.IOVEC_BYTES, Long.BYTES);
            while (index < segments.size()) {
                int count = Math.min(segments.size() - index, most);
                for (int i = 0; i < count; i++) {
                    MemorySegment segment = segments.get(index + i);
                    long done = i == 0 ? skip : 0;
                    vectors.set(ValueLayout.JAVA_LONG, (long) i * LibC.IOVEC_BYTES, segment.address() + done);
                    vectors.set(
                            ValueLayout.JAVA_LONG, (long) i * LibC.IOVEC_BYTES + Long.BYTES, segment.byteSize() - done);
                }
                long moved = LibC.transfer(frame, write, fd, vectors, count, at);
                if (moved == 0) {
                    return at;
                }
                at += moved;
                skip += moved;
                while (index < segments.size() && skip >= segments.get(index).byteSize()) {
                    skip -= segments.get(index).byteSize();
                    index++;
                }
            }
            return at;
        }
    }

    static long totalBytes(List<MemorySegment> segments) {
        long total = 0;
        for (MemorySegment segment : segments) {
            total += segment.byteSize();
        }
        return total;
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

    /** Made when first needed, and never freed. */
    private static final class Zeroes {
        static final MemorySegment SEGMENT =
                Arena.global().allocate(ZEROES_BYTES, 4096).asReadOnly();
    }
}
