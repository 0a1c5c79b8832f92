package tuxloom.virtio.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The calls of Linux's C library that Java's file channels lack: gathered I/O at a position, holes, locks that name their owner. They
 * block, so they are for platform threads. Linked when first used. Constants are those of x86-64 and aarch64.
 */
@SuppressWarnings("restricted") // native access is what this class is for
final class LibC {
    static final int ENOENT = 2;
    static final int EINTR = 4;
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

    private static final MemoryLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    /**
     * All calls have one type here, so that the JVM makes the way into native code once and not nine times, which a boot would wait
     * for. Both processors pass whole numbers and addresses in registers, whatever their width, whether a function's arguments vary,
     * and whether it takes fewer. A result of 32 bits is cut to that.
     */
    private static final FunctionDescriptor ANY =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

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

    /** A call that failed, with its error number. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        Failure(String call, int errno) {
            super(call + ": " + describe(errno));
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    /** Memory for the arguments of one call. Confined to a thread. */
    static final class Frame implements AutoCloseable {
        final Arena arena = Arena.ofConfined();
        private final MemorySegment state = arena.allocate(STATE_LAYOUT);

        private int errno() {
            return (int) ERRNO.get(state, 0L);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** A call with its arguments bound. */
    private interface Call {
        long make(MemorySegment state) throws Throwable;
    }

    static int open(String path, int flags, int mode) throws Failure {
        try (Frame frame = new Frame()) {
            MemorySegment name = frame.arena.allocateFrom(path);
            return (int) checked(frame, "open", state ->
                    (int) (long) OPEN.invokeExact(state, name.address(), (long) flags, (long) mode, 0L));
        }
    }

    static void close(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            // Not repeated when interrupted: the descriptor is closed all the same.
            if (call(state -> (int) (long) CLOSE.invokeExact(state, (long) fd, 0L, 0L, 0L), frame) < 0
                    && frame.errno() != EINTR) {
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

    private static long checked(Frame frame, String name, Call call) throws Failure {
        while (true) {
            long result = call(call, frame);
            if (result >= 0) {
                return result;
            }
            int errno = frame.errno();
            if (errno != EINTR) {
                throw new Failure(name, errno);
            }
        }
    }

    private static long call(Call call, Frame frame) {
        try {
            return call.make(frame.state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native call threw", e);
        }
    }

    private static String describe(int errno) {
        try {
            MemorySegment text = (MemorySegment) Errors.STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0) + " (" + errno + ")";
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("strerror threw", e);
        }
    }

    private static MethodHandle link(String name) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), ANY, CAPTURE);
    }

    /** Linked when something has failed. */
    private static final class Errors {
        static final MethodHandle STRERROR = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    /** Layout of {@code struct iovec}: an address and a length. */
    static final int IOVEC_BYTES = (int) (ADDRESS.byteSize() + ValueLayout.JAVA_LONG.byteSize());
}
