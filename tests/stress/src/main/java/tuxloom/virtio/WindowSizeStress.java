package tuxloom.virtio;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import tuxloom.machine.GuestMemory;

/** A window changes its size while the guest reads the console's config space: never the columns of one size with the rows of another. */
@JCStressTest
@Outcome(id = "80, 25", expect = Expect.ACCEPTABLE, desc = "The old size.")
@Outcome(id = "132, 43", expect = Expect.ACCEPTABLE, desc = "The new size.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Half a resize.")
@State
public class WindowSizeStress {
    private static final long CONFIG = 0x40;
    private static final int CONFIG_BYTES = 16;

    private final GuestMemory memory = StressMemory.next();
    private final ConsoleDevice console = ConsoleDevice.create(
            into -> {
                throw new IllegalStateException("nobody reads");
            },
            (bytes, length) -> {},
            line -> {});

    public WindowSizeStress() {
        console.device().attach(memory, CONFIG, CONFIG_BYTES, () -> {});
    }

    @Actor
    public void host() {
        console.resize(132, 43);
    }

    @Actor
    public void guest(II_Result result) {
        int both = memory.getInt(CONFIG);
        result.r1 = both & 0xFFFF;
        result.r2 = both >>> 16;
    }
}
