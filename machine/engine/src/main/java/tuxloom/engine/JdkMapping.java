package tuxloom.engine;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * {@code mmap} and {@code munmap} as the JDK's own file channels call them. A JVM that has just started needs 40 ms and more
 * to link two functions of libc by itself, and 1 ms to find these. They are no public API: where they are not to be had, the
 * caller falls back to libc.
 */
final class JdkMapping {
    /** What {@link #map} returns instead of an address. */
    static final long UNAVAILABLE = -1;

    private static final String OWNER = "sun.nio.ch.UnixFileDispatcherImpl";

    /** The JDK's number for readable, writable and private. */
    private static final int PRIVATE = 2;

    private final Method map;
    private final Method unmap;

    private JdkMapping(Method map, Method unmap) {
        this.map = map;
        this.unmap = unmap;
    }

    /** Finds the methods, or throws what says that this JDK does not have or open them. */
    static JdkMapping find() throws ReflectiveOperationException {
        try {
            Class<?> owner = Class.forName(OWNER);
            Method map = owner.getDeclaredMethod(
                    "map0", FileDescriptor.class, int.class, long.class, long.class, boolean.class);
            Method unmap = owner.getDeclaredMethod("unmap0", long.class, long.class);
            map.setAccessible(true);
            unmap.setAccessible(true);
            return new JdkMapping(map, unmap);
        } catch (InaccessibleObjectException e) {
            throw new ReflectiveOperationException(e);
        }
    }

    /** Returns the address of zeroed private memory, or {@link #UNAVAILABLE}. A private mapping of /dev/zero is anonymous memory. */
    long map(long lengthBytes) {
        try (RandomAccessFile zero = new RandomAccessFile("/dev/zero", "rw")) {
            return (long) map.invoke(null, zero.getFD(), PRIVATE, 0L, lengthBytes, false);
        } catch (IOException | IllegalAccessException | InvocationTargetException e) {
            return UNAVAILABLE;
        }
    }

    void unmap(long address, long lengthBytes) {
        try {
            var _ = unmap.invoke(null, address, lengthBytes);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("munmap of " + lengthBytes + " bytes failed", e);
        }
    }
}
