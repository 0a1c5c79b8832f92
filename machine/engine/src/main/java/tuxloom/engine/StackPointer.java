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

    private static volatile boolean known;
    private static volatile @Nullable MethodHandle linked;

    private StackPointer() {}

    /** Makes {@link #read} usable, if this processor and operating system allow it; returns whether they do. */
    public static synchronized boolean prepare() {
        if (!known) {
            String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
            known = (processor.equals("amd64") || processor.equals("x86_64")) && link();
        }
        return known;
    }

    private static boolean link() {
        try {
            var code = NativeRegion.reserveExecutable(Integer.BYTES);
            code.set(ValueLayout.JAVA_INT, 0, READ_STACK_POINTER);
            var descriptor = FunctionDescriptor.of(ValueLayout.JAVA_LONG);
            linked = Linker.nativeLinker().downcallHandle(code, descriptor, Linker.Option.critical(false));
        } catch (MemoryAllocationException e) {
            // A system that lets nobody make code; then nobody can ask.
            return false;
        }
        return Native.READ.type().parameterCount() == 0;
    }

    /** Whether {@link #prepare} has succeeded. */
    public static boolean isKnown() {
        return known;
    }

    /** Returns the native address of the top of the calling thread's stack. To be called only when it is known. */
    public static long read() {
        try {
            return (long) Native.READ.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("two instructions threw", e);
        }
    }

    /** A constant for the JIT, initialized in no time: what it compiles while a class is being initialized, it has to compile again. */
    private static final class Native {
        static final MethodHandle READ = Objects.requireNonNull(linked);

        private Native() {}
    }
}
