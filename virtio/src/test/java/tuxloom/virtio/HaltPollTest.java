package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HaltPollTest {
    private final HaltPoll poll = new HaltPoll();

    @BeforeEach
    void needsASecondProcessor() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor: nobody looks");
    }

    private void waits(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            poll.ended(nanos);
        }
    }

    @Test
    void nobodyLooksBeforeItHasPaid() {
        poll.begin();

        assertThat(poll.goesOn()).isFalse();
    }

    @Test
    void shortWaitsMakeItLookButNeverForLong() {
        waits(20, HaltPoll.LONGEST_NANOS - 1);

        assertThat(poll.limitNanos()).isEqualTo(HaltPoll.LONGEST_NANOS);
    }

    @Test
    void looksNoLongerThanWaitsLast() {
        waits(20, 1_000);

        assertThat(poll.limitNanos()).isBetween(1_000L, HaltPoll.LONGEST_NANOS / 2);
    }

    @Test
    void longWaitsMakeItGiveUp() {
        waits(20, HaltPoll.LONGEST_NANOS - 1);
        waits(3, HaltPoll.LONGEST_NANOS + 1);

        assertThat(poll.limitNanos()).isZero();
    }
}
