package tuxloom.virtio;

import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;
import tuxloom.machine.GuestMemory;

/** A disk grows while the guest reads its capacity, whose halves both change. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "The old capacity.")
@Outcome(id = "8589934593", expect = Expect.ACCEPTABLE, desc = "The new capacity.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Half of each.")
@State
public class CapacityStress {
    private static final long CONFIG = 0x40;
    private static final long NEW_CAPACITY = (2L << 32) + 1;

    private final GuestMemory memory = StressMemory.next();
    private final VirtioDevice device = new VirtioDevice(
            new VirtioDevice.Kind("disk", 2, Feature.TRANSPORT),
            new byte[16],
            List.of(),
            new DeviceHealth("disk", line -> {}));

    public CapacityStress() {
        device.attach(memory, CONFIG, 16, () -> {});
    }

    @Actor
    public void host() {
        device.changeConfig(BlockConfig.CAPACITY_OFFSET, NEW_CAPACITY);
    }

    @Actor
    public void guest(J_Result result) {
        result.r1 = memory.getLong(CONFIG);
    }
}
