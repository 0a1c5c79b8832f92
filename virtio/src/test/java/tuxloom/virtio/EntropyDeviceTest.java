package tuxloom.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random bytes, by virtio 1.2, section 5.4. */
class EntropyDeviceTest {
    @Test
    void buffersAreFilledWithDifferentBytes() throws IOException {
        try (FakeGuest guest = new FakeGuest(EntropyDevice::create).bind()) {
            FakeDriver driver = guest.enable(0);
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                driver.writable(0x8000, 32).writable(0x9000, 32).offer();
                assertThat(guest.notifyAndAwait(0, driver).length()).isEqualTo(64);
                seen.add(guest.text(0x8000, 32));
                seen.add(guest.text(0x9000, 32));
            }
            assertThat(seen).hasSize(100);
            assertThat(guest.bytes(0x8020, 16)).containsOnly(0);
            assertThat(guest.device().deviceId()).isEqualTo(4);
            assertThat(guest.device().initialConfig()).isEmpty();
        }
    }

    @Test
    void hugeRequestIsServedInPart() throws IOException {
        try (FakeGuest guest = new FakeGuest(EntropyDevice::create).bind()) {
            FakeDriver driver = guest.enable(0);
            driver.writable(0x10000, 0x20000).offer();

            assertThat(guest.notifyAndAwait(0, driver).length()).isEqualTo(EntropyQueue.MAX_REQUEST_BYTES);
            assertThat(guest.bytes(0x20000, 0x10000)).containsOnly(0);
        }
    }
}
