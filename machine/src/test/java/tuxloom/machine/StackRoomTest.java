package tuxloom.machine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
        Set<VirtualCpus.Stack> stacks = ConcurrentHashMap.newKeySet();
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
                    stacks.add(requireNonNull(cpus.stackOf(StackPointer.read())));
                    if (new StackRoom(cpus, HostBudget.ofThisJvm()).isUsedUp()) {
                        mistakes.add(Thread.currentThread().getName());
                    }
                });
                threads[i].start();
            }
            for (var thread : threads) {
                assertThat(thread.join(PATIENCE)).as("%s ends", thread).isTrue();
            }
            assertThat(stacks).hasSize(MANY_CPUS);
        }
        assertThat(mistakes).isEmpty();
    }

    /** A carrier's own frame shrinks when the JVM has compiled it, and what runs above it moves up. */
    @Test
    void stacksAreKnownAgainOnceTheirCarrierIsCompiled() throws InterruptedException {
        int tasks = 200_000;
        var unknown = new AtomicInteger();
        try (var cpus = new VirtualCpus(1)) {
            var done = new CountDownLatch(tasks);
            for (int i = 0; i < tasks; i++) {
                cpus.execute(() -> {
                    if (cpus.stackOf(StackPointer.read()) == null) {
                        unknown.incrementAndGet();
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("all tasks ran")
                    .isTrue();
        }
        assertThat(unknown).hasValue(0);
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
