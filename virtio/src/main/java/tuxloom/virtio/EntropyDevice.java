package tuxloom.virtio;

import java.util.List;
import java.util.function.Consumer;

/** A source of random bytes for the guest's random number generator (virtio 1.2, section 5.4). */
public final class EntropyDevice {
    static final int DEVICE_ID = 4;

    private EntropyDevice() {}

    /**
     * Creates the device.
     *
     * @param log takes single lines about faults, on any thread
     */
    public static VirtioDevice create(Consumer<String> log) {
        DeviceHealth health = new DeviceHealth("entropy", log);
        return new VirtioDevice(
                new VirtioDevice.Kind("entropy", DEVICE_ID, Feature.TRANSPORT),
                new byte[0],
                List.of(new EntropyQueue()),
                health);
    }
}
