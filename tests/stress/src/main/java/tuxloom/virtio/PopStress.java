package tuxloom.virtio;

import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import tuxloom.machine.GuestMemory;

/**
 * A driver offers a chain of two elements while the device pops (virtio 1.2, section 2.8.21: the head's flags are written last). Who sees
 * the chain sees all of it, and the data that it refers to.
 */
@JCStressTest
@Outcome(id = "0, 0, 0, 0", expect = Expect.ACCEPTABLE, desc = "The device came before the driver.")
@Outcome(id = "1, 48, 2, 77", expect = Expect.ACCEPTABLE, desc = "The device sees everything.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A part of the chain is missing.")
@State
public class PopStress {
    private static final int ENTRIES = 4;
    private static final long DATA = 0x80;

    private final GuestMemory memory = StressMemory.next();
    private final VirtQueue queue = new VirtQueue(memory, ENTRIES, 0);

    @Actor
    public void driver() {
        memory.putByte(DATA, (byte) 77);
        entry(0, DATA, 16, 3);
        entry(1, DATA + 16, 32, 2);
        memory.putShort(Descriptor.BYTES + Descriptor.FLAGS_OFFSET, (short) (Descriptor.AVAILABLE | Descriptor.WRITE));
        memory.putShortRelease(Descriptor.FLAGS_OFFSET, (short) (Descriptor.AVAILABLE | Descriptor.NEXT));
    }

    private void entry(int index, long address, int length, int id) {
        long at = (long) index * Descriptor.BYTES;
        memory.putLong(at, address);
        memory.putInt(at + Descriptor.LENGTH_OFFSET, length);
        memory.putShort(at + Descriptor.ID_OFFSET, (short) id);
    }

    @Actor
    public void device(IIII_Result result) {
        try {
            Optional<DescriptorChain> popped = queue.pop();
            if (popped.isPresent()) {
                DescriptorChain chain = popped.get();
                result.r1 = 1;
                result.r2 =
                        (int) (chain.readable().byteSize() + chain.writable().byteSize());
                result.r3 = chain.id();
                result.r4 = chain.readable().segments().getFirst().get(ValueLayout.JAVA_BYTE, 0);
            }
        } catch (DriverFaultException | java.util.NoSuchElementException half) {
            result.r1 = -1;
        }
    }
}
