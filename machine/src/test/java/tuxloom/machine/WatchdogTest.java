package tuxloom.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tuxloom.engine.Limits;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryBudget;
import tuxloom.engine.MemoryType;

@Timeout(60)
class WatchdogTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final LinkedBlockingQueue<String> hangs = new LinkedBlockingQueue<>();
    private boolean mayIdle;

    @Test
    void bootWithoutProgressIsToldOnce() throws InterruptedException {
        try (var machine = new Machine(1, HostLog.silent());
                var watchdog = new Watchdog(machine, () -> 5, () -> mayIdle, PATIENCE, hangs::add)) {
            assertThat(hangs.poll(20, TimeUnit.SECONDS)).contains("no visible progress");
            assertThat(hangs.poll(600, TimeUnit.MILLISECONDS)).isNull();
            assertThat(watchdog).isNotNull();
        }
    }

    @Test
    void bootThatMovesIsLeftInPeace() throws InterruptedException {
        var steps = new AtomicLong();
        try (var machine = new Machine(1, HostLog.silent());
                var watchdog = new Watchdog(machine, steps::incrementAndGet, () -> false, PATIENCE, hangs::add)) {
            assertThat(hangs.poll(800, TimeUnit.MILLISECONDS)).isNull();
            assertThat(watchdog).isNotNull();
        }
    }

    @Test
    void idleGuestIsNotAHang() throws InterruptedException {
        mayIdle = true;
        try (var machine = new Machine(1, HostLog.silent());
                var watchdog = new Watchdog(machine, () -> 5, () -> mayIdle, PATIENCE, hangs::add)) {
            assertThat(watchdog).isNotNull();
            assertThat(hangs.poll(800, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void starvingTaskIsToldAlsoAfterTheBoot() throws InterruptedException {
        mayIdle = true;
        var stop = new AtomicBoolean();
        try (var machine = new Machine(1, HostLog.silent());
                var watchdog = new Watchdog(machine, () -> 5, () -> mayIdle, PATIENCE, hangs::add)) {
            assertThat(watchdog).isNotNull();
            machine.start("hog", task -> {
                task.onStop(() -> stop.set(true));
                while (!stop.get()) {
                    Thread.onSpinWait();
                }
            });
            machine.start("starving", task -> {});
            assertThat(hangs.poll(20, TimeUnit.SECONDS)).contains("no virtual CPU");
        }
    }

    @Test
    void reportNamesEveryTaskAndWhereItStands() throws Exception {
        try (var machine = new Machine(1, HostLog.silent())) {
            var memory = Memory.allocate(
                    new MemoryType(new Limits(1, OptionalLong.of(1)), true),
                    MemoryBudget.unlimited(),
                    machine.parkingLot());
            machine.own(memory);
            machine.start("kthreadd", task -> standsHere(memory));
            while (machine.parkingLot().waiters() < 1) {
                Thread.onSpinWait();
            }

            var report = new MachineReport(machine, WatchdogTest::guestName).write("asked for");

            assertThat(report).startsWith("asked for\n").contains("vcpu-0: ", "\"kthreadd\"", "at wasm my_function");
        }
    }

    private static void standsHere(Memory memory) {
        memory.waitInt(0, 0, -1);
    }

    private static Optional<String> guestName(StackTraceElement frame) {
        return frame.getMethodName().equals("standsHere") ? Optional.of("my_function") : Optional.empty();
    }
}
