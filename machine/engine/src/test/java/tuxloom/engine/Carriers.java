package tuxloom.engine;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Virtual threads on a given number of carriers, as a machine has them. */
final class Carriers implements AutoCloseable {
    private final ExecutorService pool;
    private final List<FutureTask<?>> tasks = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    Carriers(int count) {
        pool = Executors.newFixedThreadPool(count);
    }

    /** Starts code whose failure {@link #finish} reports. */
    void start(String name, Callable<?> code) {
        tasks.add(submit(name, code));
    }

    /** Starts code whose result the caller asks for. */
    <T> FutureTask<T> submit(String name, Callable<T> code) {
        FutureTask<T> task = new FutureTask<>(code);
        Thread thread = newVirtualThread(pool, name, task);
        threads.add(thread);
        thread.start();
        return task;
    }

    /** Waits for all tasks; the first failure of one is thrown. */
    void finish() throws Exception {
        for (Thread thread : threads) {
            Eventually.ended(thread);
        }
        for (FutureTask<?> task : tasks) {
            task.get(0, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private static Thread newVirtualThread(Executor carriers, String name, Runnable task) {
        try {
            Method factory = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            factory.setAccessible(true);
            return (Thread) factory.invoke(null, carriers, name, 0, task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JDK cannot make virtual threads with a scheduler", e);
        }
    }
}
