package tuxloom.machine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tuxloom.engine.HostBudget;
import tuxloom.engine.ParkingLot;

/**
 * The life of one machine: its virtual CPUs, the tasks on them, the place where they wait, and what must be given back when it
 * ends. Knows nothing of the guest's ABI. All methods may be called from any thread, {@link #close} from none of its tasks.
 */
public final class Machine implements AutoCloseable {
    private static final Duration TASK_END_TIMEOUT = Duration.ofSeconds(5);

    private final HostLog log;
    private final VirtualCpus cpus;
    private final ParkingLot parkingLot;
    private final HostBudget budget = HostBudget.ofThisJvm();
    private final Set<GuestTask> tasks = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final Object lifeCycle = new Object();
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private volatile boolean stopped;
    private boolean closed;

    /**
     * Makes a machine whose virtual CPUs run.
     *
     * @param cpus how many virtual CPUs, at least 1
     */
    public Machine(int cpus, HostLog log) {
        this.log = log;
        this.cpus = new VirtualCpus(cpus);
        this.parkingLot = new ParkingLot(this.cpus);
        if (!VirtualCpus.supported()) {
            log.info("this JVM does not let virtual threads choose their scheduler (start it with"
                    + " --add-opens java.base/java.lang=ALL-UNNAMED): guest tasks run on the JVM's own");
        }
    }

    /** Where the tasks of this machine wait; to be given to each of its memories. */
    public ParkingLot parkingLot() {
        return parkingLot;
    }

    /** What this machine's guest may use of the host beside its memories. */
    public HostBudget budget() {
        return budget;
    }

    /** Returns what tells a new task of this machine whether its stack is used up. */
    public StackRoom stackRoom() {
        return new StackRoom(cpus, budget);
    }

    /** The virtual CPUs. */
    public VirtualCpus cpus() {
        return cpus;
    }

    /** Where this machine's host writes its messages. */
    public HostLog log() {
        return log;
    }

    /** Whether the machine has ended or is being ended. */
    public boolean stopped() {
        return stopped;
    }

    /** Returns the tasks that live at this moment, oldest first. */
    public List<GuestTask> tasks() {
        return tasks.stream().sorted(Comparator.comparingLong(GuestTask::id)).toList();
    }

    /** Returns how many tasks live at this moment. */
    public int taskCount() {
        return tasks.size();
    }

    /**
     * Starts a task.
     *
     * @throws MachineStopped if the machine has ended
     */
    public GuestTask start(String name, GuestTask.Body body) {
        var task = new GuestTask(this, name, body);
        synchronized (lifeCycle) {
            if (stopped) {
                throw new MachineStopped();
            }
            tasks.add(task);
        }
        task.start();
        return task;
    }

    void ended(GuestTask task) {
        tasks.remove(task);
    }

    /** Hands {@code resource} over: {@link #close} closes it, in reverse order, once no task runs any more. */
    public void own(AutoCloseable resource) {
        synchronized (lifeCycle) {
            owned.push(resource);
        }
    }

    /** Ends the machine: no task goes on. The first reason stands; later calls change nothing. */
    public void stop(Exit reason) {
        Collection<GuestTask> running;
        synchronized (lifeCycle) {
            if (stopped) {
                return;
            }
            stopped = true;
            running = List.copyOf(tasks);
        }
        parkingLot.shutDown(MachineStopped::new);
        running.forEach(GuestTask::interrupt);
        exit.complete(reason);
    }

    /** Ends the machine because the host, or the kernel against the ABI, did something wrong, and says what. */
    public void fail(String what, Throwable cause) {
        if (!stopped) {
            log.info(what + ": " + cause);
            if (log.debugEnabled()) {
                for (var frame : cause.getStackTrace()) {
                    log.debug("    at " + frame);
                }
            }
        }
        stop(Exit.HOST_ERROR);
    }

    /** Waits until the machine has ended and says how. */
    public Exit await() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes a machine's exit exceptionally", e);
        }
    }

    /** Waits at most {@code timeout} for the machine's end and says whether it has come. */
    public boolean await(Duration timeout) throws InterruptedException {
        try {
            exit.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes a machine's exit exceptionally", e);
        }
    }

    /** Ends the machine if it still runs, ends all its threads and gives back everything it owns. */
    @Override
    public void close() {
        stop(Exit.POWER_OFF);
        synchronized (lifeCycle) {
            if (closed) {
                return;
            }
            closed = true;
        }
        var allEnded = awaitTasks();
        cpus.close();
        if (!allEnded) {
            // Freeing memory under running guest code would crash the JVM: losing it is the lesser evil.
            log.info(tasks.size() + " guest tasks do not end; their memory is not given back");
            return;
        }
        Deque<AutoCloseable> resources;
        synchronized (lifeCycle) {
            resources = new ArrayDeque<>(owned);
            owned.clear();
        }
        resources.forEach(this::closeQuietly);
    }

    private boolean awaitTasks() {
        var deadlineNanos = System.nanoTime() + TASK_END_TIMEOUT.toNanos();
        try {
            for (var task : tasks()) {
                var leftNanos = Math.max(1, deadlineNanos - System.nanoTime());
                if (!task.thread().join(Duration.ofNanos(leftNanos))) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }

    private void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            log.info("cannot give back " + resource + ": " + e);
        }
    }
}
