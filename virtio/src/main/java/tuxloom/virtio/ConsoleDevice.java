package tuxloom.virtio;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.port.PortBackend;

/**
 * A console (virtio 1.2, section 5.3). By itself it has port 0 only: queue 0 receives, queue 1 transmits. With further ports it offers
 * MULTIPORT; then queues 2 and 3 are for control, and each port has two more.
 */
public final class ConsoleDevice {
    static final int DEVICE_ID = 3;
    static final long FEATURE_SIZE = 1L;
    static final long FEATURE_MULTIPORT = 2L;

    /** Ports besides the console: each takes two queues, and our guests have 63 interrupt lines for all devices. */
    public static final int MAX_PORTS = 15;

    /** Section 5.3.4: le16 cols, le16 rows, le32 max_nr_ports, le32 emerg_wr. */
    private static final int CONFIG_BYTES = 12;

    private static final int SIZE_OFFSET = 0;
    private static final int PORT_COUNT_OFFSET = 4;
    private static final int MAX_SIZE = 0xFFFF;

    private final VirtioDevice device;
    /** Null without further ports. */
    private final @Nullable PortControl control;

    private ConsoleDevice(VirtioDevice device, @Nullable PortControl control) {
        this.device = device;
        this.control = control;
        resize(80, 25);
    }

    /**
     * Creates a console of 80 columns and 25 rows. The device owns {@code input} and closes it.
     *
     * @param input read only while the guest has room for input
     * @param output gets what the guest writes
     * @param log takes single lines about faults, on any thread
     */
    public static ConsoleDevice create(ConsoleInput input, ConsoleOutput output, Consumer<String> log) {
        DeviceHealth health = new DeviceHealth("console", log);
        ConsoleReceiver receiver = new ConsoleReceiver(input, ConsoleReceiver.KEYBOARD_BYTES, () -> true, health);
        VirtioDevice device = new VirtioDevice(
                new VirtioDevice.Kind("console", DEVICE_ID, Feature.TRANSPORT | FEATURE_SIZE),
                new byte[CONFIG_BYTES],
                List.of(receiver, new ConsoleTransmitter(output, health)),
                health);
        return new ConsoleDevice(device, null);
    }

    /**
     * Creates a console of 80 columns and 25 rows with further ports, which have the numbers from 1 on. The device owns {@code input} and
     * the ports' backends, and closes them.
     *
     * @param input as without ports
     * @param output as without ports
     * @param ports 1 to {@value #MAX_PORTS}
     * @param log takes single lines about faults, on any thread
     */
    public static ConsoleDevice create(
            ConsoleInput input, ConsoleOutput output, List<ConsolePort> ports, Consumer<String> log) {
        DeviceHealth health = new DeviceHealth("console", log);
        PortControl control = new PortControl(true, names(ports), health);
        ConsoleReceiver receiver =
                new ConsoleReceiver(input, ConsoleReceiver.KEYBOARD_BYTES, () -> control.guestListens(0), health);
        control.listen(0, receiver::guestOpened);
        return withPorts(receiver, new ConsoleTransmitter(output, health), ports, control, health);
    }

    /** Creates a device that has only ports, numbered from 1 on as if there were a console. */
    public static ConsoleDevice createPortsOnly(List<ConsolePort> ports, Consumer<String> log) {
        DeviceHealth health = new DeviceHealth("console", log);
        PortControl control = new PortControl(false, names(ports), health);
        return withPorts(new AbsentQueue(), new AbsentQueue(), ports, control, health);
    }

    private static List<String> names(List<ConsolePort> ports) {
        if (ports.isEmpty() || ports.size() > MAX_PORTS) {
            throw new IllegalArgumentException("%d ports, not 1 to %d".formatted(ports.size(), MAX_PORTS));
        }
        return ports.stream().map(ConsolePort::name).toList();
    }

    private static ConsoleDevice withPorts(
            QueueHandler receiver,
            QueueHandler transmitter,
            List<ConsolePort> ports,
            PortControl control,
            DeviceHealth health) {
        List<QueueHandler> handlers =
                new ArrayList<>(List.of(receiver, transmitter, control.receiver(), control.transmitter()));
        for (int i = 0; i < ports.size(); i++) {
            int id = i + 1;
            PortBackend backend = ports.get(i).backend();
            ConsoleTransmitter output = new ConsoleTransmitter(backend::write, health);
            ConsoleReceiver input = new ConsoleReceiver(
                    new PortInput(id, backend, control, output),
                    ConsoleReceiver.STREAM_BYTES,
                    () -> control.guestListens(id),
                    health);
            control.listen(id, input::guestOpened);
            handlers.add(input);
            handlers.add(output);
        }
        byte[] config = new byte[CONFIG_BYTES];
        config[PORT_COUNT_OFFSET] = (byte) (1 + ports.size());
        VirtioDevice device = new VirtioDevice(
                new VirtioDevice.Kind("console", DEVICE_ID, Feature.TRANSPORT | FEATURE_SIZE | FEATURE_MULTIPORT),
                config,
                handlers,
                health);
        return new ConsoleDevice(device, control);
    }

    /** A queue of port 0 where there is no such port: it is there, and nothing happens to its buffers. */
    private static final class AbsentQueue implements QueueHandler {
        @Override
        public boolean ready() {
            return false;
        }

        @Override
        public long serve(DescriptorChain chain) {
            throw new IllegalStateException("a queue without a port is never ready");
        }
    }

    /** Returns the device to plug into a machine. */
    public VirtioDevice device() {
        return device;
    }

    /**
     * Tells the guest a new size. Before the guest runs it is the initial one. Any thread.
     *
     * @param columns 0 to 65,535
     * @param rows 0 to 65,535
     * @throws IllegalArgumentException if either is out of range
     */
    public void resize(int columns, int rows) {
        if (columns < 0 || columns > MAX_SIZE || rows < 0 || rows > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "console of %d columns and %d rows, not 0 to %d each".formatted(columns, rows, MAX_SIZE));
        }
        // One store for both, so that the guest never sees the columns of one size with the rows of another.
        device.changeConfig(SIZE_OFFSET, columns | rows << 16);
        // With several ports Linux looks at this instead.
        if (control != null) {
            control.resize(columns, rows);
        }
    }
}
