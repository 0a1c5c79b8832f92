package tuxloom.machine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes virtual threads that run on a scheduler of our choice. JDK 25 has a factory for that, but not a public one; the launcher
 * opens {@code java.base/java.lang} to reach it.
 */
final class VirtualThreads {
    private static final @Nullable MethodHandle FACTORY = findFactory();

    private VirtualThreads() {}

    /** Whether {@link #unstarted} honours its scheduler; otherwise the JDK's own carries the threads. */
    static boolean schedulerHonoured() {
        return FACTORY != null;
    }

    /** Returns a virtual thread, not started yet, that {@code scheduler} carries if the JDK lets it. */
    static Thread unstarted(Executor scheduler, String name, Runnable body) {
        if (FACTORY == null) {
            return Thread.ofVirtual().name(name).unstarted(body);
        }
        try {
            return (Thread) FACTORY.invokeExact(scheduler, name, 0, body);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the JDK's factory of virtual threads failed", e);
        }
    }

    private static @Nullable MethodHandle findFactory() {
        try {
            var builders = Class.forName("java.lang.ThreadBuilders");
            var lookup = MethodHandles.privateLookupIn(builders, MethodHandles.lookup());
            var type = MethodType.methodType(Thread.class, Executor.class, String.class, int.class, Runnable.class);
            return lookup.findStatic(builders, "newVirtualThread", type);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
