package tuxloom.virtio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tuxloom.machine.GuestFaultException;
import tuxloom.machine.GuestMemory;
import tuxloom.virtio.disk.Disk;
import tuxloom.virtio.disk.DiskImages;
import tuxloom.virtio.disk.DiskOptions;

/**
 * Whatever bytes lie in a ring and behind it, a queue serves them or calls the driver wrong. The first byte chooses the queue, the rest
 * is guest memory from the ring on. In the devices' package, because that runs a queue without its thread.
 */
public final class RingFuzz {
    private static final int MEMORY_BYTES = 1 << 16;
    private static final long RING = 0x1000;
    private static final int ENTRIES = 16;
    private static final int SECTORS = 64;
    /** A ring that the device itself keeps filling would never end. */
    private static final int MOST_REQUESTS = 64;

    private static final GuestMemory MEMORY =
            new GuestMemory(Arena.global().allocate(MEMORY_BYTES, 4096), () -> MEMORY_BYTES);
    private static final DeviceHealth HEALTH = new DeviceHealth("fuzz", line -> {});
    private static final Semaphore INPUT = new Semaphore(0);
    private static final PortControl CONTROL = new PortControl(true, List.of("a", "b"), HEALTH);
    private static final List<QueueHandler> HANDLERS = List.of(
            block(),
            new ConsoleTransmitter((bytes, length) -> {}, HEALTH),
            receiver(),
            new EntropyQueue(),
            CONTROL.transmitter(),
            controlReceiver());

    private RingFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        MEMORY.slice(0, MEMORY_BYTES).fill((byte) 0);
        MEMORY.write(RING, input, 1, (int) Math.min(input.length - 1, MEMORY_BYTES - RING));
        QueueHandler handler = HANDLERS.get(Byte.toUnsignedInt(input[0]) % HANDLERS.size());
        VirtQueue queue = new VirtQueue(MEMORY, ENTRIES, RING);
        try {
            for (int served = 0; served < MOST_REQUESTS && queue.hasAvailable(); served++) {
                awaitReady(handler);
                Optional<DescriptorChain> chain = queue.pop();
                if (chain.isEmpty()) {
                    return;
                }
                queue.push(chain.get(), handler.serve(chain.get()));
                handler.afterBatch();
            }
        } catch (DriverFaultException | GuestFaultException expected) {
            // The driver was wrong, and the device noticed.
        }
    }

    /** Writes good requests for each queue, direct and in tables. */
    public static void writeSeeds(Path folder) throws IOException {
        for (int handler = 0; handler < HANDLERS.size(); handler++) {
            for (int type : new int[] {0, 1, 4, 8, 11, 13, 99}) {
                ByteBuffer seed = ByteBuffer.allocate(1 + 0x400).order(ByteOrder.LITTLE_ENDIAN);
                seed.put((byte) handler);
                long data = RING + 0x200;
                entry(seed, data, 16, 1, Descriptor.AVAILABLE | Descriptor.NEXT);
                entry(seed, data + 64, 32, 1, Descriptor.AVAILABLE | Descriptor.NEXT);
                entry(seed, data + 128, 1, 1, Descriptor.AVAILABLE | Descriptor.WRITE);
                entry(seed, data + 256, 32, 2, Descriptor.AVAILABLE | Descriptor.INDIRECT);
                entry(seed, data + 160, 512, 3, Descriptor.AVAILABLE | Descriptor.WRITE);
                seed.putInt(1 + 0x200, type);
                seed.position(1 + 0x300);
                entry(seed, data, 16, 0, 0);
                entry(seed, data + 128, 513, 0, Descriptor.WRITE);
                Files.write(folder.resolve("seed-" + handler + "-" + type), seed.array());
            }
        }
    }

    private static void entry(ByteBuffer seed, long address, int length, int id, int flags) {
        seed.putLong(address).putInt(length).putShort((short) id).putShort((short) flags);
    }

    private static void awaitReady(QueueHandler handler) {
        while (!handler.ready()) {
            INPUT.acquireUninterruptibly();
        }
    }

    private static QueueHandler block() {
        try {
            Path file = Files.createTempFile("ring-fuzz", ".img");
            Files.write(file, new byte[SECTORS * Disk.SECTOR_BYTES]);
            Disk disk = DiskImages.open(DiskOptions.of(file));
            Files.delete(file);
            return new BlockQueue(disk, new BlockCache(disk, DiskOptions.Cache.UNSAFE), "fuzz", HEALTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A receive queue whose input never ends. */
    private static QueueHandler receiver() {
        QueueHandler receiver =
                new ConsoleReceiver(into -> into.length, ConsoleReceiver.KEYBOARD_BYTES, () -> true, HEALTH);
        receiver.bind(INPUT::release);
        return receiver;
    }

    /** The queue on which a driver hears of ports, which begins anew when it has heard of all. */
    private static QueueHandler controlReceiver() {
        QueueHandler receiver = CONTROL.receiver();
        byte[] ready = ControlMessage.bytes(-1, ControlMessage.DEVICE_READY, 1);
        GuestBuffers said = GuestBuffers.of(List.of(MemorySegment.ofArray(ready)));
        return new QueueHandler() {
            @Override
            public boolean ready() {
                if (!receiver.ready()) {
                    receiver.reset();
                    CONTROL.transmitter().serve(new DescriptorChain(0, 1, said, GuestBuffers.EMPTY));
                }
                return receiver.ready();
            }

            @Override
            public long serve(DescriptorChain chain) {
                return receiver.serve(chain);
            }
        };
    }
}
