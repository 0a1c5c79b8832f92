package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues are taken away from a worker that is busy with them: nothing is written, and no interrupt comes, once the call has returned. */
@Tag("stress")
class QueueResetStressTest {
    private static final long SECONDS = Long.getLong("tuxloom.stress.seconds", 3);
    private static final long BUFFERS = 0x10_000;
    private static final int BUFFER_BYTES = 4096;
    private static final int OFFERS = 64;
    private static final int SPINS = 2_000;

    private int caughtAtWork;

    @Test
    void nothingIsWrittenAfterAQueueWasDisabled() throws Exception {
        stress(false);
    }

    @Test
    void nothingIsWrittenAfterADeviceWasReset() throws Exception {
        stress(true);
    }

    private void stress(boolean reset) throws Exception {
        try (FakeGuest guest = new FakeGuest(EntropyDevice::create).bind()) {
            long end = System.nanoTime() + SECONDS * 1_000_000_000;
            for (int round = 0; System.nanoTime() < end; round++) {
                FakeDriver driver = guest.enable(0);
                offer(guest, driver, round % OFFERS);
                if (reset) {
                    guest.device().reset();
                } else {
                    guest.device().disableQueue(0);
                }
                assertNothingMoves(guest, driver);
                guest.rebind();
            }
        }
        assertThat(caughtAtWork)
                .as("rounds in which the worker was in the middle of its work")
                .isPositive();
    }

    /** Keeps the worker busy while the driver adds to the ring. */
    private static void offer(FakeGuest guest, FakeDriver driver, int offers) {
        for (int i = 0; i < FakeGuest.RING_ENTRIES; i++) {
            driver.writable(BUFFERS + (long) i * BUFFER_BYTES, BUFFER_BYTES).offer();
            if (i == 0 || i == offers) {
                guest.device().notifyQueue(0);
            }
        }
        for (int i = 0; i < offers * 20; i++) {
            Thread.onSpinWait();
        }
    }

    private void assertNothingMoves(FakeGuest guest, FakeDriver driver) {
        byte[] ring = guest.bytes(driver.ringAddress(), FakeGuest.RING_ENTRIES * Descriptor.BYTES);
        byte[] buffers = guest.bytes(BUFFERS, FakeGuest.RING_ENTRIES * BUFFER_BYTES);
        for (int i = 0; i < SPINS; i++) {
            if (i % 100 == 0) {
                guest.device().notifyQueue(0);
            }
            Thread.onSpinWait();
        }
        assertThat(Arrays.equals(guest.bytes(driver.ringAddress(), ring.length), ring))
                .as("the ring stays")
                .isTrue();
        assertThat(Arrays.equals(guest.bytes(BUFFERS, buffers.length), buffers))
                .as("the buffers stay")
                .isTrue();
        int used = usedEntries(ring);
        if (used > 0 && used < FakeGuest.RING_ENTRIES) {
            caughtAtWork++;
        }
        guest.memory.slice(BUFFERS, buffers.length).fill((byte) 0);
    }

    private static int usedEntries(byte[] ring) {
        int used = 0;
        for (int at = Descriptor.FLAGS_OFFSET; at < ring.length; at += Descriptor.BYTES) {
            int flags = Byte.toUnsignedInt(ring[at]) | (Byte.toUnsignedInt(ring[at + 1]) << 8);
            if ((flags & Descriptor.AVAILABLE) != 0 && (flags & Descriptor.USED) != 0) {
                used++;
            }
        }
        return used;
    }
}
