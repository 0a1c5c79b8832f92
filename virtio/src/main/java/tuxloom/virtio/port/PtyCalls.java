package tuxloom.virtio.port;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static tuxloom.virtio.libc.NativeCalls.link;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import tuxloom.virtio.libc.NativeCalls;
import tuxloom.virtio.libc.NativeCalls.Failure;
import tuxloom.virtio.libc.NativeCalls.Frame;

/**
 * The calls of Linux's C library for pseudo terminals. {@link #poll} blocks, so they are for platform threads. Linked when first used.
 * Constants are those of x86-64 and aarch64.
 */
final class PtyCalls {
    static final int EIO = 5;
    static final int EAGAIN = 11;

    static final int O_RDWR = 2;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static final short POLLIN = 1;
    static final short POLLOUT = 4;
    static final short POLLHUP = 0x10;

    private static final long POLLFD_BYTES = 8;
    /** The C library's struct has 60 bytes. */
    private static final int TERMIOS_BYTES = 128;

    private static final int NAME_BYTES = 128;

    private static final MethodHandle POSIX_OPENPT = link("posix_openpt");
    private static final MethodHandle GRANTPT = link("grantpt");
    private static final MethodHandle UNLOCKPT = link("unlockpt");
    private static final MethodHandle PTSNAME_R = link("ptsname_r");
    private static final MethodHandle OPEN = link("open");
    private static final MethodHandle TCGETATTR = link("tcgetattr");
    private static final MethodHandle CFMAKERAW = link("cfmakeraw");
    private static final MethodHandle TCSETATTR = link("tcsetattr");
    private static final MethodHandle EVENTFD = link("eventfd");
    private static final MethodHandle POLL = link("poll");
    private static final MethodHandle READ = link("read");
    private static final MethodHandle WRITE = link("write");
    private static final MethodHandle CLOSE = link("close");

    private PtyCalls() {}

    /** Opens a new pseudo terminal's master, for calls that never wait. */
    static int openMaster() throws Failure {
        int fd = (int) checked("posix_openpt", POSIX_OPENPT, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0, 0);
        try {
            checked("grantpt", GRANTPT, fd, 0, 0);
            checked("unlockpt", UNLOCKPT, fd, 0, 0);
            return fd;
        } catch (Failure e) {
            close(fd);
            throw e;
        }
    }

    /** Returns the path that users of the terminal open. */
    static String name(int master) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            int errno = (int) call(PTSNAME_R, master, name.address(), NAME_BYTES);
            if (errno != 0) {
                throw new Failure("ptsname_r", errno);
            }
            return name.getString(0);
        }
    }

    /** Opens a terminal as one of its users. */
    static int openTerminal(String path) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            return (int) checked("open", OPEN, arena.allocateFrom(path).address(), O_RDWR | O_NOCTTY | O_CLOEXEC, 0);
        }
    }

    /** No echo, no lines, no translation: every byte passes as it is. */
    static void makeRaw(int fd) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            long termios = arena.allocate(TERMIOS_BYTES, Long.BYTES).address();
            checked("tcgetattr", TCGETATTR, fd, termios, 0);
            // It returns nothing.
            call(CFMAKERAW, termios, 0, 0);
            checked("tcsetattr", TCSETATTR, fd, 0, termios);
        }
    }

    /** Makes a descriptor on which {@link #signal} ends every poll from then on. */
    static int signalDescriptor() throws Failure {
        return (int) checked("eventfd", EVENTFD, 0, O_CLOEXEC | O_NONBLOCK, 0);
    }

    static void signal(int fd) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(JAVA_LONG);
            one.set(JAVA_LONG, 0, 1);
            checked("write", WRITE, fd, one.address(), Long.BYTES);
        }
    }

    /**
     * Waits until the first descriptor is ready or the second can be read.
     *
     * @param timeoutMillis -1 to wait for ever
     * @return what the first one is ready for; hang-up is always among it
     */
    static int poll(int fd, int events, int wakeUp, int timeoutMillis) throws Failure {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(2 * POLLFD_BYTES, Long.BYTES);
            both.set(JAVA_INT, 0, fd);
            both.set(JAVA_INT, 4, events);
            both.set(JAVA_INT, POLLFD_BYTES, wakeUp);
            both.set(JAVA_INT, POLLFD_BYTES + 4, POLLIN);
            checked("poll", POLL, both.address(), 2, timeoutMillis);
            // The lower half is what was asked for.
            return both.get(JAVA_INT, 4) >>> Short.SIZE;
        }
    }

    /** Returns the number of bytes, 0 at the end. */
    static int read(int fd, MemorySegment into) throws Failure {
        return (int) checked("read", READ, fd, into.address(), into.byteSize());
    }

    static int write(int fd, MemorySegment from, long offset, long length) throws Failure {
        return (int) checked("write", WRITE, fd, from.asSlice(offset, length).address(), length);
    }

    /** Closing a descriptor of ours has nothing to report that anybody could act on. */
    static void close(int fd) {
        call(CLOSE, fd, 0, 0);
    }

    private static long checked(String name, MethodHandle call, long first, long second, long third) throws Failure {
        try (Frame frame = new Frame()) {
            // All of these return an int or a length below 2^31.
            return NativeCalls.checked(
                    frame, name, state -> (int) (long) call.invokeExact(state, first, second, third, 0L));
        }
    }

    private static long call(MethodHandle call, long first, long second, long third) {
        try (Frame frame = new Frame()) {
            return NativeCalls.call(frame, state -> (long) call.invokeExact(state, first, second, third, 0L));
        }
    }
}
