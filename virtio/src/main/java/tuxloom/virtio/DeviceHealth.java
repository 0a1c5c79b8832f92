package tuxloom.virtio;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Whether a device still trusts its driver, and its line to the host's log. Shared by all threads of the device.
 *
 * <p>A device breaks at the first fault and mends at the guest's reset, so that a fault costs one log line and not one
 * per request.
 */
final class DeviceHealth {
    /** A guest that resets and breaks its devices in a loop must not fill the host's log. */
    static final int MAX_LINES = 50;

    private final String deviceName;
    private final Consumer<String> log;
    private final AtomicBoolean broken = new AtomicBoolean();
    private final AtomicInteger lines = new AtomicInteger();

    DeviceHealth(String deviceName, Consumer<String> log) {
        this.deviceName = deviceName;
        this.log = log;
    }

    boolean isBroken() {
        return broken.get();
    }

    /** The driver is wrong: from now until the reset the device ignores it. */
    void driverFault(String what) {
        if (broken.compareAndSet(false, true)) {
            log("driver fault: " + what + "; ignoring the guest until it resets the device");
        }
    }

    void mend() {
        broken.set(false);
    }

    /** Writes one line, up to a limit for the device's life. */
    void log(String line) {
        int number = lines.incrementAndGet();
        if (number < MAX_LINES) {
            log.accept("virtio " + deviceName + ": " + line);
        } else if (number == MAX_LINES) {
            log.accept("virtio " + deviceName + ": " + line + " (no further lines of this device are logged)");
        }
    }
}
