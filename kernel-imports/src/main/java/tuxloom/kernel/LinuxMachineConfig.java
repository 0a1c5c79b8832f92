package tuxloom.kernel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tuxloom.machine.HostLog;
import tuxloom.virtio.VirtioDevice;

/**
 * What a machine is made of.
 *
 * @param kernelName what messages call the kernel, usually its file name
 * @param kernel the kernel's WebAssembly module
 * @param initrd the initial RAM disk, read when the machine starts
 * @param commandLine the kernel's command line without {@code console=hvc0}
 * @param cpus virtual CPUs, at least 1
 * @param memoryBytes for the whole guest: half is the most the kernel may use, half is for all its programs together
 * @param devices virtio devices in the order of their ids; the machine closes them
 * @param earlyConsole gets what the kernel prints before its console device works
 * @param patience how long the boot may stand still before the watchdog writes a report
 * @param log where the host writes its messages
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes that nobody changes or compares
public record LinuxMachineConfig(
        String kernelName,
        byte[] kernel,
        Optional<Path> initrd,
        String commandLine,
        int cpus,
        long memoryBytes,
        List<VirtioDevice> devices,
        EarlyConsole earlyConsole,
        Duration patience,
        HostLog log) {
    /** The memory of a machine whose user did not say. */
    public static final long DEFAULT_MEMORY_BYTES = 512L << 20;

    /** How long a boot may stand still by default. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    /** The most virtual CPUs a kernel can be expected to have a place for. */
    public static final int MAX_CPUS = 64;

    /** Where the kernel's early messages go. */
    @FunctionalInterface
    public interface EarlyConsole {
        /** Writes bytes as the guest gave them. Called on guest tasks: must not wait for the guest. */
        void write(byte[] bytes, int length);
    }

    /** Copies the list. */
    public LinuxMachineConfig {
        devices = List.copyOf(devices);
    }

    void check() throws LinuxMachineException {
        if (cpus < 1 || cpus > MAX_CPUS) {
            throw new LinuxMachineException("a machine has 1 to " + MAX_CPUS + " CPUs, not " + cpus);
        }
        var limitBytes = 2 * GuestSizes.MAX_KERNEL_BYTES;
        if (memoryBytes < 0 || memoryBytes > limitBytes) {
            throw new LinuxMachineException("a machine has at most " + (limitBytes >> 20) + " MiB of memory, not "
                    + (memoryBytes >> 20) + " MiB");
        }
    }
}
