package tuxloom.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.internal.misc.Unsafe;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One thread waits while a word is 0, the other one stores 1 and notifies ({@code memory.atomic.wait32}, {@code .notify}). The waiter
 * sees the 1 or is woken; it never sleeps on.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It waited and was woken.")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "It saw the new value.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A wake-up was lost, or one was counted that nobody got.")
@State
public class WaitNotifyStress {
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int SLOTS = 1 << 16;
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final MemorySegment WORDS = Arena.global().allocate(64L * SLOTS, 64);
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final ParkingLot LOT = new ParkingLot();

    private final long word = WORDS.address() + 64L * (NEXT.getAndIncrement() & (SLOTS - 1));

    public WaitNotifyStress() {
        UNSAFE.putInt(word, 0);
    }

    @Actor
    public void waiter(II_Result result) {
        result.r1 = LOT.waitInt(word, 0, PATIENCE_NANOS);
    }

    @Actor
    public void notifier(II_Result result) {
        UNSAFE.putIntVolatile(null, word, 1);
        result.r2 = LOT.notify(word, -1);
    }
}
