package tuxloom.kernel;

import java.util.OptionalLong;
import tuxloom.engine.Limits;
import tuxloom.engine.MemoryType;
import tuxloom.engine.Module;

/**
 * How a kernel's memory is laid out (docs/host-abi.md, section 2, rows "memory"): generation F begins small, with the initial RAM
 * disk right behind its own minimum, and grows; older ones have all of it from the start.
 *
 * @param type the memory to make
 * @param initrdAddress where the initial RAM disk goes
 * @param maximumBytes the most it may grow to
 */
record KernelLayout(MemoryType type, long initrdAddress, long maximumBytes) {
    private static final long EARLY_INITRD_ADDRESS = 0x20_0000;

    /**
     * Lays out the memory of {@code kernel}.
     *
     * @param kernelBytes the most its user gives it
     */
    static KernelLayout of(Module kernel, Generation generation, long kernelBytes, long initrdBytes)
            throws LinuxMachineException {
        var declared = kernel.imports().stream()
                .map(anImport -> anImport.type())
                .filter(MemoryType.class::isInstance)
                .map(MemoryType.class::cast)
                .findFirst()
                .orElseThrow();
        var maximumPages = Math.min(kernelBytes / GuestSizes.PAGE_BYTES, declared.maximumPages());
        maximumPages = Math.min(maximumPages, GuestSizes.MAX_KERNEL_BYTES / GuestSizes.PAGE_BYTES);
        var grows = generation.growsMemory();
        var initrdAddress = grows ? declared.limits().minimum() * GuestSizes.PAGE_BYTES : EARLY_INITRD_ADDRESS;
        var neededPages = Math.max(declared.limits().minimum(), pages(initrdAddress + initrdBytes));
        if (neededPages > maximumPages) {
            // The kernel gets half of a machine's memory.
            throw new LinuxMachineException("%d MiB of memory are too little: this kernel and its initrd need %d MiB"
                    .formatted(mebibytes(2 * kernelBytes), mebibytes(2 * neededPages * GuestSizes.PAGE_BYTES)));
        }
        var type = new MemoryType(new Limits(grows ? neededPages : maximumPages, OptionalLong.of(maximumPages)), true);
        return new KernelLayout(type, initrdAddress, maximumPages * GuestSizes.PAGE_BYTES);
    }

    private static long mebibytes(long bytes) {
        return bytes >> 20;
    }

    private static long pages(long bytes) {
        return (bytes + GuestSizes.PAGE_BYTES - 1) / GuestSizes.PAGE_BYTES;
    }
}
