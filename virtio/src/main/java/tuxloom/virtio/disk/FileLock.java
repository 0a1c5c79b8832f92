package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import tuxloom.virtio.libc.NativeCalls;

/**
 * Keeps two machines, or a machine and a tool, from changing one image at a time: one writer, or any number of readers.
 *
 * <p>Two locks. One of the open file description covers the content; it works between two openings in one process too, and QEMU respects
 * it. But it does not tell whose it is, so a lock of the process lies on one byte far behind it: {@code F_GETLK} names its owner. (Linux
 * drops that one when the process closes any descriptor of the file; then only the number is missing from the message.)
 */
final class FileLock {
    private static final short READ_LOCK = 0;
    private static final short WRITE_LOCK = 1;
    private static final short NO_LOCK = 2;

    private static final long OWNER_BYTE = 1L << 62;

    /** {@code struct flock}: short type, short whence, long start, long length, int pid. */
    private static final int FLOCK_BYTES = 32;

    private static final int WHENCE_AT = 2;
    private static final int START_AT = 8;
    private static final int LENGTH_AT = 16;
    private static final int PID_AT = 24;

    private FileLock() {}

    /**
     * Locks an open file until its descriptor is closed. A file system without locks has none: nothing is refused there.
     *
     * @throws IOException with one line that names the owner, if somebody else has the file
     */
    static void acquire(Path file, int fd, boolean exclusive) throws IOException {
        short type = exclusive ? WRITE_LOCK : READ_LOCK;
        try (NativeCalls.Frame frame = new NativeCalls.Frame()) {
            LibC.fcntl(frame, fd, LibC.F_OFD_SETLK, flock(frame, type, 0, OWNER_BYTE));
        } catch (NativeCalls.Failure e) {
            if (e.errno() == LibC.EAGAIN || e.errno() == LibC.EACCES) {
                throw new IOException(
                        "disk " + file + ": in use by " + owner(fd, type) + (exclusive ? "" : ", which may write to it")
                                + "; end that first",
                        e);
            }
            return;
        }
        try (NativeCalls.Frame frame = new NativeCalls.Frame()) {
            LibC.fcntl(frame, fd, LibC.F_SETLK, flock(frame, type, OWNER_BYTE, 1));
        } catch (NativeCalls.Failure e) {
            // Only the owner's number in somebody's message depends on it.
            return;
        }
    }

    private static String owner(int fd, short wanted) throws NativeCalls.Failure {
        try (NativeCalls.Frame frame = new NativeCalls.Frame()) {
            MemorySegment lock = flock(frame, wanted, OWNER_BYTE, 1);
            LibC.fcntl(frame, fd, LibC.F_GETLK, lock);
            int pid = lock.get(ValueLayout.JAVA_INT, PID_AT);
            if (lock.get(ValueLayout.JAVA_SHORT, 0) != NO_LOCK && pid > 0) {
                return "process " + pid;
            }
            return "this or another process";
        }
    }

    private static MemorySegment flock(NativeCalls.Frame frame, short type, long start, long length) {
        MemorySegment lock = frame.arena().allocate(FLOCK_BYTES, Long.BYTES);
        lock.set(ValueLayout.JAVA_SHORT, 0, type);
        lock.set(ValueLayout.JAVA_SHORT, WHENCE_AT, (short) 0);
        lock.set(ValueLayout.JAVA_LONG, START_AT, start);
        lock.set(ValueLayout.JAVA_LONG, LENGTH_AT, length);
        return lock;
    }
}
