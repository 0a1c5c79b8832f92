package tuxloom.virtio.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static tuxloom.virtio.libc.NativeCalls.call;
import static tuxloom.virtio.libc.NativeCalls.checked;
import static tuxloom.virtio.libc.NativeCalls.link;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import tuxloom.virtio.libc.NativeCalls;
import tuxloom.virtio.libc.NativeCalls.Failure;
import tuxloom.virtio.libc.NativeCalls.Frame;

/**
 * The calls of Linux's C library that Java's file channels lack: gathered I/O at a position, holes, locks that name their owner. They
 * block, so they are for platform threads. Linked when first used. Constants are those of x86-64 and aarch64.
 */
final class LibC {
    static final int ENOENT = 2;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_CLOEXEC = 0x80000;

    static final int FALLOC_KEEP_SIZE = 0x01;
    static final int FALLOC_PUNCH_HOLE = 0x02;
    static final int FALLOC_ZERO_RANGE = 0x10;

    static final int F_GETLK = 5;
    static final int F_SETLK = 6;
    static final int F_OFD_SETLK = 37;

    static final int SEEK_END = 2;

    private static final MethodHandle OPEN = link("open");
    private static final MethodHandle CLOSE = link("close");
    private static final MethodHandle PREADV = link("preadv");
    private static final MethodHandle PWRITEV = link("pwritev");
    private static final MethodHandle FDATASYNC = link("fdatasync");
    private static final MethodHandle FALLOCATE = link("fallocate");
    private static final MethodHandle FTRUNCATE = link("ftruncate");
    private static final MethodHandle LSEEK = link("lseek");
    private static final MethodHandle FCNTL = link("fcntl");

    private LibC() {}

    static int open(String path, int flags, int mode) throws Failure {
        try (Frame frame = new Frame()) {
            MemorySegment name = frame.arena().allocateFrom(path);
            return (int) checked(frame, "open", state ->
                    (int) (long) OPEN.invokeExact(state, name.address(), (long) flags, (long) mode, 0L));
        }
    }

    static void close(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            // Not repeated when interrupted: the descriptor is closed all the same.
            if (call(frame, state -> (int) (long) CLOSE.invokeExact(state, (long) fd, 0L, 0L, 0L)) < 0
                    && frame.errno() != NativeCalls.EINTR) {
                throw new Failure("close", frame.errno());
            }
        }
    }

    /** Reads or writes from a table of {@code struct iovec}; returns the number of bytes. */
    static long transfer(Frame frame, boolean write, int fd, MemorySegment vectors, int count, long offset)
            throws Failure {
        if (write) {
            return checked(frame, "write", state ->
                    (long) PWRITEV.invokeExact(state, (long) fd, vectors.address(), (long) count, offset));
        }
        return checked(frame, "read", state ->
                (long) PREADV.invokeExact(state, (long) fd, vectors.address(), (long) count, offset));
    }

    static void fdatasync(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            checked(frame, "fdatasync", state -> (int) (long) FDATASYNC.invokeExact(state, (long) fd, 0L, 0L, 0L));
        }
    }

    static void fallocate(int fd, int mode, long offset, long length) throws Failure {
        try (Frame frame = new Frame()) {
            checked(frame, "fallocate", state ->
                    (int) (long) FALLOCATE.invokeExact(state, (long) fd, (long) mode, offset, length));
        }
    }

    static void ftruncate(int fd, long length) throws Failure {
        try (Frame frame = new Frame()) {
            checked(frame, "ftruncate", state -> (int) (long) FTRUNCATE.invokeExact(state, (long) fd, length, 0L, 0L));
        }
    }

    /** Returns the file's size. */
    static long size(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            return checked(
                    frame, "lseek", state -> (long) LSEEK.invokeExact(state, (long) fd, 0L, (long) SEEK_END, 0L));
        }
    }

    static void fcntl(Frame frame, int fd, int command, MemorySegment argument) throws Failure {
        checked(frame, "fcntl", state ->
                (int) (long) FCNTL.invokeExact(state, (long) fd, (long) command, argument.address(), 0L));
    }

    /** Layout of {@code struct iovec}: an address and a length. */
    static final int IOVEC_BYTES = (int) (ADDRESS.byteSize() + ValueLayout.JAVA_LONG.byteSize());
}
