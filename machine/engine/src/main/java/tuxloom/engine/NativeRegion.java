package tuxloom.engine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Address space from {@code mmap}, zeroed, readable and writable over its whole length. Pages cost memory only once they
 * are touched: the mapping is private, anonymous and without a swap reservation. The whole length is accessible from the
 * start, so growing a memory needs no system call and a host bug beyond its size meets zeros instead of killing the JVM.
 */
@SuppressWarnings("restricted") // native access is what this class is for
final class NativeRegion implements AutoCloseable {
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int PROT_EXECUTE = 0x4;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final long PAGE_BYTES = 4_096;

    private static final @Nullable JdkMapping JDK = jdkMapping();

    private final long lengthBytes;
    private final Arena arena;
    private final MemorySegment segment;

    private NativeRegion(long address, long lengthBytes) {
        this.lengthBytes = lengthBytes;
        this.arena = Arena.ofShared();
        this.segment = MemorySegment.ofAddress(address).reinterpret(lengthBytes, arena, null);
    }

    /** @param lengthBytes at least 0; nothing is mapped for 0 */
    static NativeRegion reserve(long lengthBytes) throws MemoryAllocationException {
        if (lengthBytes == 0) {
            return new NativeRegion(0, 0);
        }
        long address = JDK == null ? JdkMapping.UNAVAILABLE : JDK.map(lengthBytes);
        // The JDK's way reserves swap and so refuses more than there is memory; libc's does not, and says why it
        // refuses.
        return new NativeRegion(
                address == JdkMapping.UNAVAILABLE ? LibC.map(lengthBytes, PROT_READ_WRITE) : address, lengthBytes);
    }

    /** Has the JVM load and link what {@link #reserve} takes. */
    static void prepare() {
        var _ = new NativeRegion(0, 0);
        if (JDK != null) {
            long address = JDK.map(PAGE_BYTES);
            if (address != JdkMapping.UNAVAILABLE) {
                JDK.unmap(address, PAGE_BYTES);
            }
        }
    }

    /** Like {@link #reserve}, for machine code; for good. */
    static MemorySegment reserveExecutable(long lengthBytes) throws MemoryAllocationException {
        long address = LibC.map(lengthBytes, PROT_READ_WRITE | PROT_EXECUTE);
        return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
    }

    MemorySegment segment() {
        return segment;
    }

    /** Unmaps. Views of {@link #segment()} turn invalid; raw addresses must not be used any more. */
    @Override
    public void close() {
        long address = segment.address();
        arena.close();
        if (lengthBytes != 0) {
            unmap(address);
        }
    }

    private void unmap(long address) {
        if (JDK != null) {
            JDK.unmap(address, lengthBytes);
        } else {
            LibC.unmap(address, lengthBytes);
        }
    }

    private static @Nullable JdkMapping jdkMapping() {
        requireSupportedPlatform();
        try {
            return JdkMapping.find();
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static void requireSupportedPlatform() {
        String system = System.getProperty("os.name", "");
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean knownProcessor = processor.equals("amd64") || processor.equals("x86_64") || processor.equals("aarch64");
        if (!system.equals("Linux") || !knownProcessor || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException(
                    "guest memory needs Linux on x86-64 or aarch64; this is " + system + " on " + processor);
        }
    }

    /** The two calls of libc, linked when they are first needed. Both return at once and never wait. */
    private static final class LibC {
        private static final VarHandle ERRNO =
                Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle MMAP;
        private static final MethodHandle MUNMAP;

        static {
            Linker linker = Linker.nativeLinker();
            Linker.Option errno = Linker.Option.captureCallState("errno");
            MMAP = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("mmap"),
                    FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
                    errno);
            MUNMAP = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("munmap"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG),
                    errno);
        }

        private LibC() {}

        static long map(long lengthBytes, int protection) throws MemoryAllocationException {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment state = scratch.allocate(Linker.Option.captureStateLayout());
                long address = (long) MMAP.invokeExact(
                        state,
                        MemorySegment.NULL,
                        lengthBytes,
                        protection,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                        -1,
                        0L);
                if (address == -1) {
                    throw new MemoryAllocationException("the operating system refused " + (lengthBytes >> 20)
                            + " MiB of address space (mmap: errno " + (int) ERRNO.get(state, 0L)
                            + "); look at ulimit -v and vm.overcommit_memory");
                }
                return address;
            } catch (MemoryAllocationException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("mmap threw", e);
            }
        }

        static void unmap(long address, long lengthBytes) {
            try (Arena scratch = Arena.ofConfined()) {
                MemorySegment state = scratch.allocate(Linker.Option.captureStateLayout());
                int result = (int) MUNMAP.invokeExact(state, address, lengthBytes);
                if (result != 0) {
                    throw new IllegalStateException(
                            "munmap of " + lengthBytes + " bytes failed: errno " + (int) ERRNO.get(state, 0L));
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("munmap threw", e);
            }
        }
    }
}
