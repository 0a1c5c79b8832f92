package tuxloom.console;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.disk.DiskFaults;
import tuxloom.virtio.disk.DiskOptions;

/**
 * What {@code tuxloom boot} was asked for, every part checked by itself.
 *
 * @param kernel the kernel, a WebAssembly module
 * @param initrd the initial RAM file system; null boots without one
 * @param commandLine the kernel's command line, without the console argument that the machine adds
 * @param cpus virtual CPUs, 1 to {@value BootCommand#MAXIMUM_CPUS}
 * @param memoryBytes what the guest may use, whole WebAssembly pages
 * @param disks in the order of their names in the guest: vda, vdb…
 * @param faults what goes wrong with each of them, on purpose
 * @param console whether the guest gets a console on stdin and stdout
 * @param consoleLog a file that gets a copy of what the console prints; null for none
 * @param ports lines between guest and host besides the console
 * @param verbose whether the host says more, and early kernel messages show at once
 */
record BootPlan(
        Path kernel,
        @Nullable Path initrd,
        String commandLine,
        int cpus,
        long memoryBytes,
        List<DiskOptions> disks,
        List<DiskFaults> faults,
        boolean console,
        @Nullable Path consoleLog,
        List<PortArgument> ports,
        boolean verbose) {}
