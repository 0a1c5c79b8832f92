package tuxloom.virtio;

import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import tuxloom.machine.GuestMemory;

/**
 * The device gives a buffer back while the driver looks (virtio 1.2, section 2.8.22). A driver that sees the used flags sees id, length and
 * what the device wrote into the buffer.
 */
@JCStressTest
@Outcome(id = "0, 0, 0, 0", expect = Expect.ACCEPTABLE, desc = "Not used yet.")
@Outcome(id = "1, 3, 16, 88", expect = Expect.ACCEPTABLE, desc = "The driver sees everything.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A part of the used entry, or the data, is missing.")
@State
public class PushStress {
    private static final int ENTRIES = 4;
    private static final long DATA = 0x80;

    private final GuestMemory memory = StressMemory.next();
    private final VirtQueue queue = new VirtQueue(memory, ENTRIES, 0);
    private final DescriptorChain chain;

    public PushStress() {
        memory.putLong(0, DATA);
        memory.putInt(Descriptor.LENGTH_OFFSET, 32);
        memory.putShort(Descriptor.ID_OFFSET, (short) 3);
        memory.putShort(Descriptor.FLAGS_OFFSET, (short) (Descriptor.AVAILABLE | Descriptor.WRITE));
        chain = queue.pop().orElseThrow();
        // What a driver must not take for the device's answer.
        memory.putShort(Descriptor.ID_OFFSET, (short) 0);
        memory.putInt(Descriptor.LENGTH_OFFSET, 0);
    }

    @Actor
    public void device() {
        chain.writable().segments().getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 88);
        queue.push(chain, 16);
    }

    @Actor
    public void driver(IIII_Result result) {
        int flags = Short.toUnsignedInt(memory.getShortAcquire(Descriptor.FLAGS_OFFSET));
        if ((flags & Descriptor.AVAILABLE) != 0 && (flags & Descriptor.USED) != 0) {
            result.r1 = 1;
            result.r2 = memory.getShort(Descriptor.ID_OFFSET);
            result.r3 = memory.getInt(Descriptor.LENGTH_OFFSET);
            result.r4 = memory.getByte(DATA);
        }
    }
}
