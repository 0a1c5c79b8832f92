package tuxloom.virtio.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Calls functions of Linux's C library and turns error numbers into exceptions. Calls may block, so they are for platform threads; each
 * method may be used by any of them. Constants are those of x86-64 and aarch64.
 */
@SuppressWarnings("restricted") // native access is what this class is for
public final class NativeCalls {
    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    private static final MemoryLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    /**
     * All calls have one type here, so that the JVM makes the way into native code once and not for each, which a boot would wait
     * for. Both processors pass whole numbers and addresses in registers, whatever their width, whether a function's arguments vary,
     * and whether it takes fewer. A result of 32 bits is cut to that by the caller.
     */
    private static final FunctionDescriptor ANY =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private NativeCalls() {}

    /** A call that failed, with its error number. */
    public static final class Failure extends IOException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        /**
         * @param call the function's name, for the message
         * @param errno the error number, positive
         */
        public Failure(String call, int errno) {
            super(call + ": " + describe(errno));
            this.errno = errno;
        }

        /** Returns the error number, positive. */
        public int errno() {
            return errno;
        }
    }

    /** Memory for the arguments of calls, gone when it is closed. Confined to the thread that made it. */
    public static final class Frame implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment state = arena.allocate(STATE_LAYOUT);

        /** Returns what allocates the arguments. */
        public Arena arena() {
            return arena;
        }

        /** Returns the error number of the last call that failed. */
        public int errno() {
            return (int) ERRNO.get(state, 0L);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** A call with its arguments bound. */
    public interface Call {
        /**
         * Makes it, and returns what the function returned.
         *
         * @param state where the call leaves its error number
         */
        long make(MemorySegment state) throws Throwable;
    }

    /** Returns a function's handle: (state, four arguments as long values) to long. */
    public static MethodHandle link(String name) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), ANY, CAPTURE);
    }

    /**
     * Makes a call, again if a signal interrupted it, and returns its result.
     *
     * @param name the function's, for the message
     * @throws Failure if the result is negative
     */
    public static long checked(Frame frame, String name, Call call) throws Failure {
        while (true) {
            long result = call(frame, call);
            if (result >= 0) {
                return result;
            }
            int errno = frame.errno();
            if (errno != EINTR) {
                throw new Failure(name, errno);
            }
        }
    }

    /** Makes a call once and returns its result, whatever it is. */
    public static long call(Frame frame, Call call) {
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

    /** Linked when something has failed. */
    private static final class Errors {
        static final MethodHandle STRERROR = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }
}
