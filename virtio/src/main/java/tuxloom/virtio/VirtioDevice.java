package tuxloom.virtio;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import tuxloom.machine.GuestFaultException;
import tuxloom.machine.GuestMemory;
import tuxloom.machine.InterruptLine;

/**
 * One virtio device as the transport sees it (host ABI, section 7; virtio 1.2, section 2). The machine that it is
 * plugged into owns it and closes it before it frees guest memory.
 *
 * <p>All methods may be called on any thread. None throws for what the guest did: the device <em>breaks</em> then,
 * which means one log line and a device that ignores everything until the guest resets it. {@link #notifyQueue} never
 * waits; {@link #reset}, {@link #disableQueue} and {@link #close} wait for the request in progress.
 *
 * <p>The driver calls set-up once ({@link #attach}), and then, as often as it is bound: reset, features, queues.
 */
public final class VirtioDevice implements AutoCloseable {
    /** How long {@link #close} lets output that the guest has written find its way to slow readers, all together. */
    private static final long CLOSE_PATIENCE_NANOS = 2_000_000_000L;

    private static final VarHandle CONFIG_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle CONFIG_LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** What kind of device this is: everything that does not change in its life. */
    record Kind(String name, int deviceId, long features) {}

    /**
     * The byte of the config space that is the driver's to write.
     *
     * @param offset in the config space
     * @param accept gets what the driver wrote, 0 to 255, and returns what counts; on the thread that calls {@link #configWritten}
     */
    record WritableByte(int offset, IntUnaryOperator accept) {}

    private final Kind kind;
    private final @Nullable WritableByte writableByte;
    private final DeviceHealth health;
    private final List<QueueWorker> workers;
    /** Held by control calls, never by workers. */
    private final ReentrantLock control = new ReentrantLock();

    private final byte[] config;
    private @Nullable Attachment attachment;
    private boolean featuresAccepted;
    private boolean closed;

    private volatile Consumer<Throwable> stopMachine;

    private record Attachment(GuestMemory memory, long configAddress, InterruptLine configInterrupt) {}

    VirtioDevice(Kind kind, byte[] config, List<? extends QueueHandler> handlers, DeviceHealth health) {
        this(kind, config, null, handlers, health);
    }

    VirtioDevice(
            Kind kind,
            byte[] config,
            @Nullable WritableByte writableByte,
            List<? extends QueueHandler> handlers,
            DeviceHealth health) {
        this.kind = kind;
        this.writableByte = writableByte;
        this.config = config.clone();
        this.health = health;
        this.stopMachine = bug -> health.log("host error: " + bug);
        List<QueueWorker> all = new ArrayList<>();
        for (QueueHandler handler : handlers) {
            all.add(new QueueWorker(kind.name, all.size(), handler, health, bug -> stopMachine.accept(bug)));
        }
        this.workers = List.copyOf(all);
    }

    /** Returns the name for log lines and threads, such as {@code console}. */
    public String name() {
        return kind.name;
    }

    /** Returns the virtio device id (virtio 1.2, section 5). */
    public int deviceId() {
        return kind.deviceId;
    }

    /** Returns all feature bits, those of the transport included. The driver must accept exactly these. */
    public long offeredFeatures() {
        return kind.features;
    }

    /** Returns a copy of the present config space, for the device tree. May be empty. */
    public byte[] initialConfig() {
        control.lock();
        try {
            return config.clone();
        } finally {
            control.unlock();
        }
    }

    /**
     * Says what to do when this device meets a bug of ours: the machine should stop and say so. Call it before the
     * guest runs; without it the bug becomes a log line.
     *
     * @param stop called at most once for each queue, on the queue's worker, as its last act
     */
    public void onHostFailure(Consumer<Throwable> stop) {
        stopMachine = stop;
    }

    /**
     * The driver accepted features ({@code virtio.set_features}). Breaks the device if they are not those offered.
     *
     * @param features feature bits
     */
    public void acceptFeatures(long features) {
        controlled(() -> {
            if (features != kind.features) {
                throw new DriverFaultException("accepted features 0x%s, offered 0x%s"
                        .formatted(Long.toHexString(features), Long.toHexString(kind.features)));
            }
            featuresAccepted = true;
        });
    }

    /**
     * Connects the device to a machine ({@code virtio.setup}) and copies its config space into guest memory, which from
     * then on is the config space. It stays connected over resets, because the driver sets up only once.
     *
     * @param memory the guest's memory
     * @param configAddress where the driver keeps the config space, guest-physical
     * @param configLength bytes there, at least as many as the device has
     * @param configInterrupt raised when the device changes its config space
     */
    public void attach(GuestMemory memory, long configAddress, int configLength, InterruptLine configInterrupt) {
        controlled(() -> {
            if (configLength < config.length) {
                throw new DriverFaultException(
                        "config space of %d bytes, the device has %d".formatted(configLength, config.length));
            }
            memory.write(configAddress, config, 0, config.length);
            attachment = new Attachment(memory, configAddress, configInterrupt);
        });
    }

    /**
     * The driver set a ring up ({@code virtio.enable_vring}). A queue that is enabled already starts again.
     *
     * @param index of the queue
     * @param size ring entries, 1 to 32,768
     * @param descriptorAddress guest-physical address of the ring, a multiple of 16
     * @param interrupt raised after every batch of used buffers
     */
    public void enableQueue(int index, int size, long descriptorAddress, InterruptLine interrupt) {
        controlled(() -> {
            if (index < 0 || index >= workers.size()) {
                throw new DriverFaultException("queue %d of %d enabled".formatted(index, workers.size()));
            }
            Attachment attached = attachment;
            if (attached == null || !featuresAccepted) {
                throw new DriverFaultException("queue %d enabled before set-up and features".formatted(index));
            }
            workers.get(index).enable(new VirtQueue(attached.memory, size, descriptorAddress), interrupt);
        });
    }

    /**
     * The driver takes a ring back ({@code virtio.disable_vring}). Nothing is written into it after this returned.
     *
     * @param index of the queue; an absent one is ignored
     */
    public void disableQueue(int index) {
        control.lock();
        try {
            if (index >= 0 && index < workers.size()) {
                workers.get(index).disable();
            }
        } finally {
            control.unlock();
        }
    }

    /**
     * The driver made buffers available ({@code virtio.notify}). Never waits.
     *
     * @param index of the queue; an absent or disabled one is ignored, because notifications may arrive late
     */
    public void notifyQueue(int index) {
        if (index >= 0 && index < workers.size()) {
            workers.get(index).wake();
        }
    }

    /**
     * The driver starts over ({@code virtio.reset}): queues and accepted features are forgotten, a broken device works
     * again. After this returned no buffer of the time before is written to; what was in progress is dropped.
     */
    public void reset() {
        control.lock();
        try {
            workers.forEach(QueueWorker::reset);
            featuresAccepted = false;
            health.mend();
        } finally {
            control.unlock();
        }
    }

    /**
     * The driver wrote to the config space ({@code virtio.config_written}). The device takes the one byte that is the driver's to
     * write, if it has one, and puts its own values back.
     */
    public void configWritten() {
        controlled(() -> {
            Attachment attached = attachment;
            if (attached != null) {
                WritableByte writable = writableByte;
                if (writable != null) {
                    byte wanted = attached.memory.getByte(attached.configAddress + writable.offset);
                    config[writable.offset] = (byte) writable.accept.applyAsInt(Byte.toUnsignedInt(wanted));
                }
                attached.memory.write(attached.configAddress, config, 0, config.length);
            }
        });
    }

    /** Ends the device's threads and releases its files. No guest memory is touched after this returned. */
    @Override
    public void close() {
        control.lock();
        try {
            if (!closed) {
                closed = true;
                attachment = null;
                // All leave guest memory before any is waited for.
                workers.forEach(QueueWorker::stop);
                long deadlineNanos = System.nanoTime() + CLOSE_PATIENCE_NANOS;
                // The last first: a port's output comes after its input and needs what closing the input gives back.
                workers.reversed().forEach(worker -> worker.close(deadlineNanos));
            }
        } finally {
            control.unlock();
        }
    }

    /**
     * Changes four bytes of the config space and tells the driver. Any thread.
     *
     * @param offset in the config space, a multiple of 4
     */
    void changeConfig(int offset, int littleEndianValue) {
        controlled(() -> {
            CONFIG_INT.set(config, offset, littleEndianValue);
            Attachment attached = attachment;
            if (attached != null) {
                attached.memory.putInt(attached.configAddress + offset, littleEndianValue);
                attached.configInterrupt.raise();
            }
        });
    }

    /**
     * Changes eight bytes of the config space and tells the driver. Any thread.
     *
     * @param offset in the config space, a multiple of 8
     */
    void changeConfig(int offset, long littleEndianValue) {
        controlled(() -> {
            CONFIG_LONG.set(config, offset, littleEndianValue);
            Attachment attached = attachment;
            if (attached != null) {
                attached.memory.putLong(attached.configAddress + offset, littleEndianValue);
                attached.configInterrupt.raise();
            }
        });
    }

    private void controlled(Runnable action) {
        control.lock();
        try {
            if (!closed) {
                action.run();
            }
        } catch (DriverFaultException | GuestFaultException fault) {
            health.driverFault(String.valueOf(fault.getMessage()));
        } finally {
            control.unlock();
        }
    }
}
