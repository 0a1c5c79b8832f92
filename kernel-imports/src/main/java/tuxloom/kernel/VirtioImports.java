package tuxloom.kernel;

import tuxloom.engine.Memory;
import tuxloom.engine.WasmImport;
import tuxloom.machine.InterruptLine;
import tuxloom.virtio.VirtioDevice;

/** The imports of module {@code virtio}: the transport between driver and device (docs/host-abi.md, sections 3 and 7). Main only. */
final class VirtioImports {
    private final KernelThread thread;
    private final KernelHost host;

    VirtioImports(KernelThread thread) {
        this.thread = thread;
        this.host = thread.host;
    }

    private VirtioDevice device(String anImport, int id) {
        if (!(thread instanceof MainThread)) {
            throw thread.wrongThread(anImport);
        }
        var devices = host.config().devices();
        if (id < 0 || id >= devices.size()) {
            throw new IllegalStateException(
                    "the kernel called " + anImport + " for device " + id + "; there are " + devices.size());
        }
        host.progress().deviceUsed();
        return devices.get(id);
    }

    @WasmImport(module = "virtio", name = "set_features")
    void setFeatures(int id, long features) {
        device("virtio.set_features", id).acceptFeatures(features);
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "virtio", name = "setup")
    void setup(int id, int configInterrupt, int config, int configLength) {
        var device = device("virtio.setup", id);
        attach(device, config, configLength, host.main().line(configInterrupt));
    }

    @Generations(from = Generation.E)
    @WasmImport(module = "virtio", name = "enable_vring")
    void enableVring(int id, int queue, int size, int descriptors, int interrupt) {
        var device = device("virtio.enable_vring", id);
        device.enableQueue(
                queue, size, Integer.toUnsignedLong(descriptors), host.main().line(interrupt));
    }

    @WasmImport(module = "virtio", name = "disable_vring")
    void disableVring(int id, int queue) {
        device("virtio.disable_vring", id).disableQueue(queue);
    }

    @WasmImport(module = "virtio", name = "notify")
    void notifyQueue(int id, int queue) {
        device("virtio.notify", id).notifyQueue(queue);
    }

    @Generations(from = Generation.F)
    @WasmImport(module = "virtio", name = "reset")
    void reset(int id) {
        device("virtio.reset", id).reset();
    }

    @Generations(from = Generation.F)
    @WasmImport(module = "virtio", name = "config_written")
    void configWritten(int id) {
        device("virtio.config_written", id).configWritten();
    }

    private void attach(VirtioDevice device, int config, int configLength, InterruptLine line) {
        device.attach(host.guestMemory(), Integer.toUnsignedLong(config), configLength, line);
    }

    /**
     * What generations A to D have instead: one interrupt a device, and two flag bytes in kernel memory that tell the driver what it
     * is about.
     */
    static final class Early {
        private final VirtioImports imports;
        private final InterruptLine[] queueLines;

        Early(VirtioImports imports) {
            this.imports = imports;
            this.queueLines = new InterruptLine[imports.host.config().devices().size()];
        }

        @Generations(to = Generation.D)
        @WasmImport(module = "virtio", name = "setup")
        void setup(int id, int interrupt, int isConfig, int isVring, int config, int configLength) {
            var device = imports.device("virtio.setup", id);
            queueLines[id] = flagged(isVring, interrupt);
            imports.attach(device, config, configLength, flagged(isConfig, interrupt));
        }

        @Generations(to = Generation.D)
        @WasmImport(module = "virtio", name = "enable_vring")
        void enableVring(int id, int queue, int size, int descriptors) {
            var device = imports.device("virtio.enable_vring", id);
            var line = queueLines[id];
            if (line == null) {
                throw new IllegalStateException(
                        "the kernel enabled queue " + queue + " of device " + id + " before it called virtio.setup");
            }
            device.enableQueue(queue, size, Integer.toUnsignedLong(descriptors), line);
        }

        private InterruptLine flagged(int flagAddress, int interrupt) {
            Memory memory = imports.thread.memory();
            var address = Integer.toUnsignedLong(flagAddress);
            if (!GuestBytes.contains(memory, flagAddress, 1)) {
                throw new IllegalStateException("the kernel keeps an interrupt flag at 0x" + Long.toHexString(address)
                        + ", outside its memory");
            }
            var line = imports.host.main().line(interrupt);
            return () -> {
                memory.putByte(address, (byte) 1);
                line.raise();
            };
        }
    }
}
