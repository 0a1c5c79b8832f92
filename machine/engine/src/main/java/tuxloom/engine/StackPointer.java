package tuxloom.engine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How deep the calling thread's stack is. Java does not say, so this calls a machine function of two instructions, which takes a
 * few nanoseconds. Linking it takes some ten milliseconds in a cold JVM: whoever wants it has {@link #prepare} do that early, on a
 * thread that has nothing better to do. For all threads.
 */
@SuppressWarnings("restricted") // native access is what this class is for
public final class StackPointer {
    /** {@code mov rax, rsp; ret} of x86-64. */
    private static final int READ_STACK_POINTER = 0xc3e08948;

    /** A method handle that is called so often gets an invoker of its own, made by whoever calls it then. */
    private static final int CALLS_UNTIL_CUSTOMIZED = 200;

    /**
     * Null until it is known. Not a constant, which would save 2 ns a call: what C2 compiles before a constant's class is initialized, it
     * throws away when it is, and that is each system call's entry.
     */
    private static volatile @Nullable MethodHandle reader;

    private StackPointer() {}

    /** Makes {@link #read} usable, if this processor and operating system allow it; returns whether they do. */
    public static synchronized boolean prepare() {
        if (!isKnown()) {
            String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
            if (processor.equals("amd64") || processor.equals("x86_64")) {
                link();
            }
        }
        return isKnown();
    }

    private static void link() {
        try {
            var code = NativeRegion.reserveExecutable(Integer.BYTES);
            code.set(ValueLayout.JAVA_INT, 0, READ_STACK_POINTER);
            var descriptor = FunctionDescriptor.of(ValueLayout.JAVA_LONG);
            var linked = Linker.nativeLinker().downcallHandle(code, descriptor, Linker.Option.critical(false));
            for (int i = 0; i < CALLS_UNTIL_CUSTOMIZED; i++) {
                read(linked);
            }
            reader = linked;
        } catch (MemoryAllocationException e) {
            // A system that lets nobody make code; then nobody can ask.
        }
    }

    /** Whether {@link #prepare} has succeeded. */
    public static boolean isKnown() {
        return reader != null;
    }

    /** Returns the native address of the top of the calling thread's stack. To be called only when it is known. */
    public static long read() {
        return read(Objects.requireNonNull(reader));
    }

    private static long read(MethodHandle reader) {
        try {
            return (long) reader.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("two instructions threw", e);
        }
    }
}
