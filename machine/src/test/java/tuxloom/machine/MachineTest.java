package tuxloom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tuxloom.engine.Limits;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.MemoryBudget;
import tuxloom.engine.MemoryType;
import tuxloom.engine.StackPointer;
import tuxloom.engine.Trap;

@Timeout(60)
class MachineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void firstReasonToStopStands() throws InterruptedException {
        try (var machine = new Machine(1, HostLog.silent())) {
            machine.stop(Exit.RESET);
            machine.stop(Exit.PANIC);
            assertThat(machine.await()).isEqualTo(Exit.RESET);
        }
    }

    @Test
    void closingEndsWaitingAndSpinningTasks() throws Exception {
        var waiting = new CountDownLatch(1);
        var spinning = new CountDownLatch(1);
        var stop = new AtomicBoolean();
        var machine = new Machine(2, HostLog.silent());
        var memory = memory(machine);
        machine.own(memory);
        var waiter = machine.start("waiter", task -> {
            waiting.countDown();
            memory.waitInt(0, 0, -1);
        });
        var spinner = machine.start("spinner", task -> {
            task.onStop(() -> stop.set(true));
            spinning.countDown();
            while (!stop.get()) {
                Thread.onSpinWait();
            }
        });
        waiting.await();
        spinning.await();

        machine.close();

        assertThat(waiter.thread().isAlive()).isFalse();
        assertThat(spinner.thread().isAlive()).isFalse();
        assertThat(machine.tasks()).isEmpty();
        assertThat(machine.await()).isEqualTo(Exit.POWER_OFF);
        assertThat(memory.sizeBytes()).as("memory is given back").isZero();
    }

    @Test
    void failureOfATaskStopsTheMachineAndSaysWhich() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (var machine = new Machine(1, HostLog.of(lines::add, false))) {
            machine.start("kworker/0:1", task -> {
                throw new IllegalStateException("queue 7 does not exist");
            });
            assertThat(machine.await()).isEqualTo(Exit.HOST_ERROR);
        }
        assertThat(lines).singleElement().asString().contains("kworker/0:1", "queue 7 does not exist");
    }

    @Test
    void stoppedMachineStartsNoTask() {
        try (var machine = new Machine(1, HostLog.silent())) {
            machine.stop(Exit.POWER_OFF);
            assertThatThrownBy(() -> machine.start("late", task -> {})).isInstanceOf(MachineStopped.class);
        }
    }

    @Test
    void taskThatRegistersAfterTheStopIsInterruptedAtOnce() throws Exception {
        var interrupted = new AtomicBoolean();
        var started = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        try (var machine = new Machine(1, HostLog.silent())) {
            var task = machine.start("late", self -> {
                started.countDown();
                awaitUninterruptibly(stopped);
                self.onStop(() -> interrupted.set(true));
            });
            started.await();
            machine.stop(Exit.POWER_OFF);
            stopped.countDown();
            task.thread().join();
        }
        assertThat(interrupted).isTrue();
    }

    @Test
    void machinesComeAndGoWithoutLeavingThreadsOrMemory() throws Exception {
        for (int i = 0; i < 5; i++) {
            bootAndClose();
        }
        var threadsBefore = platformThreads();
        var residentBefore = mappedBytes();
        for (int i = 0; i < 50; i++) {
            bootAndClose();
        }
        assertThat(platformThreads()).isLessThanOrEqualTo(threadsBefore + 2);
        // One guest memory of these machines alone maps 256 MiB.
        assertThat(mappedBytes() - residentBefore).isLessThan(300L << 20);
    }

    private static void bootAndClose() throws Exception {
        var done = new AtomicInteger();
        try (var machine = new Machine(2, HostLog.silent())) {
            var memory = memory(machine);
            machine.own(memory);
            for (int i = 0; i < 10; i++) {
                machine.start("task-" + i, task -> {
                    done.incrementAndGet();
                    memory.waitInt(4, 0, -1);
                });
            }
            while (machine.parkingLot().waiters() < 10) {
                Thread.onSpinWait();
            }
        }
        assertThat(done).hasValue(10);
    }

    @Test
    void taskWithADeepStackTrapsInsteadOfWaiting() throws Exception {
        assertThat(StackPointer.prepare()).as("stack pointers can be read").isTrue();
        var outcomes = new ConcurrentLinkedQueue<String>();
        try (var machine = new Machine(1, HostLog.silent())) {
            var memory = memory(machine);
            machine.own(memory);
            var deepBytes = VirtualCpus.PROGRAM_STACK_BYTES + VirtualCpus.KERNEL_STACK_BYTES;
            for (var bytes : List.of(deepBytes / 2, deepBytes + (64L << 10))) {
                var task = machine.start("deep", _ -> outcomes.add(waitBelow(StackPointer.read() - bytes, memory)));
                assertThat(task.thread().join(PATIENCE)).isTrue();
            }
        }
        assertThat(outcomes).containsExactly("timed out", "call stack exhausted");
    }

    /** Recurses until the stack has grown down to {@code pointer} and waits there; says what came of it. */
    private static String waitBelow(long pointer, Memory memory) {
        if (StackPointer.read() > pointer) {
            return waitBelow(pointer, memory);
        }
        try {
            return memory.waitInt(0, 0, 1) == 2 ? "timed out" : "woken";
        } catch (Trap trap) {
            return String.valueOf(trap.getMessage());
        }
    }

    private static Memory memory(Machine machine) throws MemoryAllocationException {
        var type = new MemoryType(new Limits(1, OptionalLong.of(4096)), true);
        return Memory.allocate(type, MemoryBudget.unlimited(), machine.parkingLot());
    }

    private static int platformThreads() {
        return Thread.getAllStackTraces().size();
    }

    private static long mappedBytes() throws Exception {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmSize:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IllegalStateException("/proc/self/status has no VmSize");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts guest tasks", e);
        }
    }

    @Test
    void waitingForTheEndOfARunningMachineTimesOut() throws InterruptedException {
        try (var machine = new Machine(1, HostLog.silent())) {
            assertThat(machine.await(Duration.ofMillis(1))).isFalse();
        }
    }
}
