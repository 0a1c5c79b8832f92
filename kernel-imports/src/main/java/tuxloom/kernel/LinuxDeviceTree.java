package tuxloom.kernel;

import java.util.List;
import java.util.Map;
import tuxloom.machine.DeviceTree;
import tuxloom.machine.HostRandom;
import tuxloom.virtio.VirtioDevice;

/** The device tree that tells the kernel what machine it runs on (docs/host-abi.md, section 5). */
final class LinuxDeviceTree {
    private static final int RNG_SEED_BYTES = 64;

    private LinuxDeviceTree() {}

    /**
     * Where something lies in kernel memory.
     *
     * @param address of its first byte
     * @param lengthBytes its size
     */
    record Range(long address, long lengthBytes) {}

    /**
     * Returns the finished blob.
     *
     * @param initrd empty range if there is none
     * @param sections data segments by name; empty for kernels that need none
     */
    static byte[] blob(LinuxMachineConfig config, long memoryBytes, Range initrd, Map<String, Range> sections) {
        var tree = new DeviceTree();
        if (initrd.lengthBytes() > 0) {
            tree.reserve(initrd.address(), initrd.lengthBytes());
        }
        tree.cells("#address-cells", 1).cells("#size-cells", 1);
        addChosen(tree, config, initrd, sections);
        tree.begin("memory")
                .text("device_type", "memory")
                .cells("reg", 0, (int) memoryBytes)
                .end();
        tree.begin("reserved-memory")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .cells("ranges")
                .end();
        tree.begin("aliases").end();
        addDevices(tree, config.devices());
        return tree.toBlob();
    }

    private static void addChosen(
            DeviceTree tree, LinuxMachineConfig config, Range initrd, Map<String, Range> sections) {
        var seed = HostRandom.bytes(RNG_SEED_BYTES);
        tree.begin("chosen")
                .bytes("rng-seed", seed)
                .text("bootargs", ("console=hvc0 " + config.commandLine()).strip())
                .cells("ncpus", config.cpus());
        if (initrd.lengthBytes() > 0) {
            tree.cells("linux,initrd-start", (int) initrd.address())
                    .cells("linux,initrd-end", (int) (initrd.address() + initrd.lengthBytes()));
        }
        if (!sections.isEmpty()) {
            tree.begin("sections");
            sections.forEach((name, range) -> tree.cells(name, (int) range.address(), (int) range.lengthBytes()));
            tree.end();
        }
        tree.end();
    }

    private static void addDevices(DeviceTree tree, List<VirtioDevice> devices) {
        for (int id = 0; id < devices.size(); id++) {
            var device = devices.get(id);
            tree.begin("virtio" + id)
                    .text("compatible", "virtio,wasm")
                    .cells("host-id", id)
                    .cells("virtio-device-id", device.deviceId())
                    .u64("features", device.offeredFeatures())
                    .bytes("config", device.initialConfig())
                    .end();
        }
    }
}
