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

    private static final MethodHandle OPEN = link(
            "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle PREADV =
            link("preadv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG));
    private static final MethodHandle PWRITEV =
            link("pwritev", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FDATASYNC = link("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FALLOCATE =
            link("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            link("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle LSEEK =
            link("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FCNTL = link(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

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
            return (int) checked(frame, "open", state -> (int) OPEN.invokeExact(state, name, flags, mode));
        }
    }

    static void close(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            // Not repeated when interrupted: the descriptor is closed all the same.
            if (call(state -> (int) CLOSE.invokeExact(state, fd), frame) < 0 && frame.errno() != EINTR) {
                throw new Failure("close", frame.errno());
            }
        }
    }

    /** Reads or writes from a table of {@code struct iovec}; returns the number of bytes. */
    static long transfer(Frame frame, boolean write, int fd, MemorySegment vectors, int count, long offset)
            throws Failure {
        if (write) {
            return checked(frame, "write", state -> (long) PWRITEV.invokeExact(state, fd, vectors, count, offset));
        }
        return checked(frame, "read", state -> (long) PREADV.invokeExact(state, fd, vectors, count, offset));
    }

    static void fdatasync(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            checked(frame, "fdatasync", state -> (int) FDATASYNC.invokeExact(state, fd));
        }
    }

    static void fallocate(int fd, int mode, long offset, long length) throws Failure {
        try (Frame frame = new Frame()) {
            checked(frame, "fallocate", state -> (int) FALLOCATE.invokeExact(state, fd, mode, offset, length));
        }
    }

    static void ftruncate(int fd, long length) throws Failure {
        try (Frame frame = new Frame()) {
            checked(frame, "ftruncate", state -> (int) FTRUNCATE.invokeExact(state, fd, length));
        }
    }

    /** Returns the file's size. */
    static long size(int fd) throws Failure {
        try (Frame frame = new Frame()) {
            return checked(frame, "lseek", state -> (long) LSEEK.invokeExact(state, fd, 0L, SEEK_END));
        }
    }

    static void fcntl(Frame frame, int fd, int command, MemorySegment argument) throws Failure {
        checked(frame, "fcntl", state -> (int) FCNTL.invokeExact(state, fd, command, argument));
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
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0) + " (" + errno + ")";
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("strerror threw", e);
        }
    }

    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = CAPTURE;
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }

    /** Layout of {@code struct iovec}: an address and a length. */
    static final int IOVEC_BYTES = (int) (ADDRESS.byteSize() + ValueLayout.JAVA_LONG.byteSize());
}
