package tuxloom.virtio;

import java.util.List;
import java.util.function.Consumer;

/** A console with port 0 only (virtio 1.2, section 5.3): queue 0 receives, queue 1 transmits. */
public final class ConsoleDevice {
    static final int DEVICE_ID = 3;
    static final long FEATURE_SIZE = 1L;

    /** Section 5.3.4: le16 cols, le16 rows, le32 max_nr_ports, le32 emerg_wr. */
    private static final int CONFIG_BYTES = 12;

    private static final int SIZE_OFFSET = 0;
    private static final int MAX_SIZE = 0xFFFF;

    private final VirtioDevice device;

    private ConsoleDevice(VirtioDevice device) {
        this.device = device;
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
        VirtioDevice device = new VirtioDevice(
                new VirtioDevice.Kind("console", DEVICE_ID, Feature.TRANSPORT | FEATURE_SIZE),
                new byte[CONFIG_BYTES],
                List.of(new ConsoleReceiver(input, health), new ConsoleTransmitter(output, health)),
                health);
        ConsoleDevice console = new ConsoleDevice(device);
        console.resize(80, 25);
        return console;
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
    }
}
