package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tuxloom.kernel.LinuxMachineException;

/** Console and entropy in the real guest. */
@Tag("boot")
class DeviceBootTest {
    @Test
    void windowSizeAndItsChangesReachTheGuest() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with().boot()) {
            assertThat(guest.run("stty size").ok()).isEqualTo("50 2000");
            guest.type(
                    "trap 'echo resi''zed' WINCH; while ! stty size | grep -q '60 1500'; do sleep 0.05; done; echo se''en\n");
            guest.resize(1500, 60);
            guest.await("seen");
            guest.powerOff();
        }
    }

    @Test
    void kernelTakesItsRandomNumbersFromTheHost() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with().boot()) {
            assertThat(guest.run("cat /sys/class/misc/hw_random/rng_current").ok())
                    .startsWith("virtio_rng");
            assertThat(guest.run("dd if=/dev/hwrng bs=64 count=16 2>/dev/null | wc -c")
                            .ok())
                    .isEqualTo("1024");
            guest.powerOff();
        }
    }

    @Test
    void largeOutputArrivesWholeAndInOrder() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with().cpus(2).boot()) {
            String[] lines = guest.run("seq 1 20000").ok().split("\n");
            assertThat(lines).hasSize(20_000);
            for (int i = 0; i < lines.length; i++) {
                assertThat(lines[i]).isEqualTo(String.valueOf(i + 1));
            }
            guest.powerOff();
        }
    }

    @Test
    void pastedInputArrivesWhole() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with().boot()) {
            StringBuilder pasted = new StringBuilder("cat > /tmp/pasted <<'EOF'\n");
            for (int i = 0; i < 500; i++) {
                pasted.append("pasted line ").append(i).append('\n');
            }
            guest.type(pasted + "EOF\n");
            assertThat(guest.run("wc -l < /tmp/pasted").ok()).endsWith("500");
            assertThat(guest.run("tail -n 1 /tmp/pasted").ok()).isEqualTo("pasted line 499");
            guest.powerOff();
        }
    }
}
