package tuxloom.tests.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tuxloom.engine.Imports;
import tuxloom.engine.Instance;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryBudget;
import tuxloom.engine.MemoryType;
import tuxloom.engine.Module;
import tuxloom.engine.ParkingLot;
import tuxloom.engine.Unwind;

/** One module, one shared memory, an instance per thread: the shape of a Linux machine. */
final class SharedMemoryTest {
    private static final long LIMIT_SECONDS = 60;

    private static final class Stopped extends Unwind {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped");
        }
    }

    private final ParkingLot lot = new ParkingLot();
    private Memory memory;
    private Module module;

    @BeforeEach
    void load() throws IOException {
        memory = Memory.allocate(MemoryType.shared(1, 1), MemoryBudget.unlimited(), lot);
        try (InputStream in = SharedMemoryTest.class.getResourceAsStream("shared-memory.wasm")) {
            if (in == null) {
                throw new IOException("the resource shared-memory.wasm is missing");
            }
            module = Module.parse(in.readAllBytes());
        }
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void atomicAdditionsOfSeveralInstancesLoseNothing() throws Exception {
        int each = 100_000;
        List<FutureTask<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(start(() -> instance().function("count").invoke(each)));
        }
        for (FutureTask<?> task : tasks) {
            task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(memory.getByte(1024)).isEqualTo((byte) (4 * each));
        assertThat(memory.getInt(1028)).isEqualTo(4 * each);
        assertThat(memory.getLong(1032)).isEqualTo(4L * each);
    }

    @Test
    void instancesThatHandATurnAroundNeverWaitForEver() throws Exception {
        int players = 5;
        int rounds = 20_000;
        List<FutureTask<Object>> tasks = new ArrayList<>();
        for (int i = 0; i < players; i++) {
            int own = 64 * i;
            int next = 64 * ((i + 1) % players);
            int starts = i == 0 ? 1 : 0;
            tasks.add(start(() -> instance().function("play").invoke(own, next, rounds, starts)));
        }
        for (FutureTask<Object> task : tasks) {
            // Each instance counted its own turns in a global of its own.
            assertThat(task.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(rounds);
        }
    }

    @Test
    void stoppingTheMachineUnwindsGuestsThatWait() throws Exception {
        FutureTask<Object> waiting = start(() -> instance().function("play").invoke(0, 64, 1, 0));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (lot.waiters() == 0) {
            assertThat(System.nanoTime() - deadline)
                    .as("time for the guest to wait")
                    .isNegative();
            Thread.onSpinWait();
        }
        lot.shutDown(Stopped::new);
        assertThatThrownBy(() -> waiting.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(Stopped.class);
    }

    private Instance instance() {
        return Instance.instantiate(
                module, Imports.builder().add("env", "memory", memory).build());
    }

    private static FutureTask<Object> start(Callable<Object> code) {
        FutureTask<Object> task = new FutureTask<>(code);
        Thread.ofVirtual().start(task);
        return task;
    }
}
