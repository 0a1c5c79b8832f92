package tuxloom.machine;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a machine makes no progress. It looks a few times in its span of patience at counters that others keep anyway, so
 * it costs nothing while all is well. Two things count as a hang:
 *
 * <ul>
 *   <li>a task is ready, yet no virtual CPU takes up any task: at all times;
 *   <li>the guest's visible progress stands still, although it is not yet in a state in which it may be idle.
 * </ul>
 *
 * <p>Each hang is told once; it counts as over when something moves again.
 */
public final class Watchdog implements AutoCloseable {
    private static final int LOOKS_PER_PATIENCE = 8;

    private final Machine machine;
    private final LongSupplier progress;
    private final BooleanSupplier mayIdle;
    private final Duration patience;
    private final Consumer<String> onHang;
    private final Thread thread;

    /**
     * Starts watching.
     *
     * @param progress counts what the guest visibly does during its boot; read on the watchdog's thread
     * @param mayIdle whether a guest that does nothing visible is idle, not stuck; read on the watchdog's thread
     * @param patience how long nothing may move
     * @param onHang gets one line that says what stands still, on the watchdog's thread
     */
    public Watchdog(
            Machine machine,
            LongSupplier progress,
            BooleanSupplier mayIdle,
            Duration patience,
            Consumer<String> onHang) {
        this.machine = machine;
        this.progress = progress;
        this.mayIdle = mayIdle;
        this.patience = patience;
        this.onHang = onHang;
        this.thread = Thread.ofPlatform().name("watchdog").daemon().start(this::watch);
    }

    /** Stops watching and waits until the watchdog's thread has ended. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        // Not Duration's own division: that begins with BigDecimal's tables, 12 ms of a cold JVM's time.
        var lookEvery = Duration.ofNanos(patience.toNanos() / LOOKS_PER_PATIENCE);
        var dispatching = new StandStill("tasks are ready, but no virtual CPU has taken one up for %d s");
        var booting = new StandStill("the boot has made no visible progress for %d s");
        try {
            while (!machine.await(lookEvery)) {
                var now = System.nanoTime();
                tell(dispatching.look(
                        machine.cpus().dispatches(), machine.cpus().hasReadyTasks(), now));
                tell(booting.look(progress.getAsLong(), !mayIdle.getAsBoolean(), now));
            }
        } catch (InterruptedException e) {
            // close() asks for the end this way.
        }
    }

    private void tell(@Nullable String hang) {
        if (hang != null) {
            onHang.accept(hang);
        }
    }

    /** One counter, and since when it has not moved although it should. */
    private final class StandStill {
        private final String message;
        private long count = -1;
        private long sinceNanos;
        private boolean told;

        StandStill(String message) {
            this.message = message;
        }

        @Nullable
        String look(long counter, boolean shouldMove, long nowNanos) {
            if (counter != count || !shouldMove) {
                count = counter;
                sinceNanos = nowNanos;
                told = false;
                return null;
            }
            if (told || nowNanos - sinceNanos < patience.toNanos()) {
                return null;
            }
            told = true;
            return message.formatted(patience.toSeconds());
        }
    }
}
