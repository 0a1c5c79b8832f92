package tuxloom.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tuxloom.engine.HostBudget;
import tuxloom.engine.StackPointer;

class StackRoomTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MANY_CPUS = 8;

    @BeforeEach
    void prepare() {
        assertThat(StackPointer.prepare()).as("stack pointers can be read").isTrue();
    }

    /** Recurses until the stack is used up; returns how deep that was. */
    private static int deep(StackRoom room, int depth) {
        return room.isUsedUp() ? depth : deep(room, depth + 1);
    }

    @Test
    void recursionIsStoppedLongBeforeTheJvmOverflows() throws InterruptedException {
        var depths = new ConcurrentLinkedQueue<Integer>();
        try (var cpus = new VirtualCpus(1)) {
            var task = cpus.unstarted("deep", () -> depths.add(deep(new StackRoom(cpus, HostBudget.ofThisJvm()), 0)));
            task.start();
            assertThat(task.join(PATIENCE)).isTrue();
        }
        assertThat(depths).singleElement().satisfies(depth -> assertThat(depth).isBetween(10_000, 10_000_000));
    }

    @Test
    void stacksOfNeighboursAreNotMistakenForDeepOnes() throws InterruptedException {
        var mistakes = new ConcurrentLinkedQueue<String>();
        try (var cpus = new VirtualCpus(MANY_CPUS)) {
            var all = new CountDownLatch(MANY_CPUS);
            var threads = new Thread[MANY_CPUS];
            for (int i = 0; i < MANY_CPUS; i++) {
                threads[i] = cpus.unstarted("shallow-" + i, () -> {
                    // Spinning, so that each has a carrier of its own.
                    all.countDown();
                    while (all.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    if (new StackRoom(cpus, HostBudget.ofThisJvm()).isUsedUp()) {
                        mistakes.add(Thread.currentThread().getName());
                    }
                });
                threads[i].start();
            }
            for (var thread : threads) {
                assertThat(thread.join(PATIENCE)).as("%s ends", thread).isTrue();
            }
            assertThat(cpus.stacks()).hasSize(MANY_CPUS);
        }
        assertThat(mistakes).isEmpty();
    }

    @Test
    void stacksOfAllTasksTogetherStayWithinTheBudget() throws InterruptedException {
        var budget = new HostBudget(10 * StackRoom.STEP_BYTES, 0);
        var depths = new ConcurrentLinkedQueue<Integer>();
        try (var cpus = new VirtualCpus(1);
                var first = new StackRoom(cpus, budget);
                var second = new StackRoom(cpus, budget)) {
            assertThat(first.begin()).isTrue();
            for (var room : List.of(first, second)) {
                var task = cpus.unstarted("deep", () -> depths.add(deep(room, 0)));
                task.start();
                assertThat(task.join(PATIENCE)).isTrue();
            }
        }
        assertThat(depths)
                .hasSize(2)
                .element(0)
                .satisfies(depth -> assertThat(depth).isGreaterThan(100));
        assertThat(depths).element(1).isEqualTo(0);
        assertThat(budget.heapBytes()).isZero();
    }
}
