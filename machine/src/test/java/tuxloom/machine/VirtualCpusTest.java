package tuxloom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class VirtualCpusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void tasksRunOnTheCarriersOfTheirOwnMachine() throws InterruptedException {
        assertThat(VirtualCpus.supported()).as("java.base/java.lang is open").isTrue();
        Set<String> carriers = ConcurrentHashMap.newKeySet();
        try (var cpus = new VirtualCpus(2)) {
            var threads = new Thread[20];
            for (int i = 0; i < threads.length; i++) {
                threads[i] = cpus.unstarted("task-" + i, () -> {
                    var text = Thread.currentThread().toString();
                    carriers.add(text.substring(text.lastIndexOf('@') + 1));
                });
                threads[i].start();
            }
            for (var thread : threads) {
                assertThat(thread.join(PATIENCE)).as("%s ends", thread).isTrue();
            }
        }
        assertThat(carriers).isNotEmpty().isSubsetOf("vcpu-0", "vcpu-1");
    }

    @Test
    void waitingTaskLetsAnotherRunOnTheSameCpu() throws InterruptedException {
        var turns = new CountDownLatch(2);
        try (var cpus = new VirtualCpus(1)) {
            var first = cpus.unstarted("first", () -> {
                while (turns.getCount() == 2) {
                    LockSupport.parkNanos(1_000_000);
                }
                turns.countDown();
            });
            var second = cpus.unstarted("second", turns::countDown);
            first.start();
            second.start();
            assertThat(turns.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("both tasks had their turn")
                    .isTrue();
        }
    }

    @Test
    void everyCpuWorksWhenThereIsEnoughToDo() throws InterruptedException {
        var meeting = new CountDownLatch(2);
        try (var cpus = new VirtualCpus(2)) {
            // Both spin without waiting, so they only meet when two carriers run at once.
            Runnable spin = () -> {
                meeting.countDown();
                while (meeting.getCount() > 0) {
                    Thread.onSpinWait();
                }
            };
            cpus.unstarted("a", spin).start();
            cpus.unstarted("b", spin).start();
            assertThat(meeting.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("two tasks spin at the same time")
                    .isTrue();
        }
    }

    /** The second task comes when the first CPU has just seen the first one by itself, on its way to be parked. */
    @Test
    void aCpuThatWakesByItselfPassesOnTheWakeForAnotherTask() throws InterruptedException {
        try (var cpus = new VirtualCpus(2)) {
            for (int round = 0; round < 40_000; round++) {
                var meeting = new CountDownLatch(2);
                Runnable spin = () -> {
                    meeting.countDown();
                    while (meeting.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                };
                cpus.execute(spin);
                cpus.execute(spin);
                assertThat(meeting.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as("two tasks spin at the same time in round %d", round)
                        .isTrue();
                // The CPUs search for 20 us before they park: tasks come before, while and after they do.
                var end = System.nanoTime() + 10_000 + (round % 40) * 500L;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void stackOfATaskMayGrowDeep() throws InterruptedException {
        var depth = new int[1];
        try (var cpus = new VirtualCpus(1)) {
            var thread = cpus.unstarted("deep", () -> depth[0] = descend(200_000));
            thread.start();
            assertThat(thread.join(PATIENCE)).as("the recursion ends").isTrue();
        }
        assertThat(depth[0]).isEqualTo(200_000);
    }

    @Test
    void switchedOffCpusRefuseWork() {
        var cpus = new VirtualCpus(1);
        cpus.close();
        assertThatThrownBy(() -> cpus.execute(() -> {})).hasMessageContaining("switched off");
    }

    @Test
    void machineWithoutCpusIsRefused() {
        assertThatThrownBy(() -> new VirtualCpus(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    private static int descend(int levels) {
        return levels == 0 ? 0 : 1 + descend(levels - 1);
    }
}
