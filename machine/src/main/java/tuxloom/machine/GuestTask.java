package tuxloom.machine;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One task of a guest: a virtual thread on its machine's virtual CPUs, from the first frame to the last. The machine owns it; a
 * task that has ended leaves the machine's list by itself.
 */
public final class GuestTask {
    private static final AtomicLong NEXT_ID = new AtomicLong(1);

    private final Machine machine;
    private final String name;
    private final long id = NEXT_ID.getAndIncrement();
    private final Body body;
    private final Thread thread;
    private volatile @Nullable Runnable interrupter;

    /** What a task does. */
    @FunctionalInterface
    public interface Body {
        /** Runs the guest code of {@code task} on the task's own thread. */
        void run(GuestTask task);
    }

    GuestTask(Machine machine, String name, Body body) {
        this.machine = machine;
        this.name = name;
        this.body = body;
        this.thread = machine.cpus().unstarted(name, this::run);
    }

    void start() {
        thread.start();
    }

    /** Returns the name the guest gave it. */
    public String name() {
        return name;
    }

    /** Returns a number that no other task of this JVM has. */
    public long id() {
        return id;
    }

    /** Returns the thread that runs it. */
    public Thread thread() {
        return thread;
    }

    /**
     * Says how to stop this task's guest code while it runs without waiting: {@code interrupter} makes it unwind at its next loop
     * or call. Run at once if the machine has already stopped. Called by the task itself, again for each change.
     */
    public void onStop(Runnable interrupter) {
        this.interrupter = interrupter;
        if (machine.stopped()) {
            interrupter.run();
        }
    }

    /** Makes the guest code unwind if it runs. */
    void interrupt() {
        var current = interrupter;
        if (current != null) {
            current.run();
        }
    }

    /** The outermost frame: whatever guest or host code threw ends here. */
    private void run() {
        try {
            body.run(this);
        } catch (MachineStopped e) {
            // The machine is going down and every task with it.
        } catch (Throwable e) {
            machine.fail("task \"" + name + "\" failed", e);
        } finally {
            machine.ended(this);
        }
    }
}
