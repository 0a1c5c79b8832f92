package tuxloom.kernel;

import tuxloom.engine.WasmImport;

/** The imports of module {@code boot}: what main asks for while it boots (docs/host-abi.md, section 3). */
final class BootImports {
    private final KernelThread thread;

    BootImports(KernelThread thread) {
        this.thread = thread;
    }

    /** Writes the device tree, or only says how large it is. */
    @Generations(from = Generation.F)
    @WasmImport(module = "boot", name = "get_devicetree")
    int getDevicetree(int buffer, int sizeBytes) {
        requireMain("boot.get_devicetree");
        var tree = thread.host.deviceTree();
        if (buffer == 0 && sizeBytes == 0) {
            return tree.length;
        }
        return write("device tree", tree, buffer, sizeBytes);
    }

    /** Writes the built-in file tree. */
    @WasmImport(module = "boot", name = "get_initramfs")
    int getInitramfs(int buffer, int sizeBytes) {
        requireMain("boot.get_initramfs");
        return write("built-in file tree", thread.host.initialFiles(), buffer, sizeBytes);
    }

    int write(String what, byte[] bytes, int buffer, int sizeBytes) {
        if (Integer.compareUnsigned(sizeBytes, bytes.length) < 0) {
            throw new IllegalStateException("the kernel has " + Integer.toUnsignedString(sizeBytes)
                    + " bytes of room for the " + what + ", which has " + bytes.length);
        }
        if (!GuestBytes.write(thread.memory(), buffer, bytes)) {
            throw new IllegalStateException("the kernel wants the " + what + " at 0x" + Integer.toHexString(buffer)
                    + ", outside its memory of " + thread.memory().sizeBytes() + " bytes");
        }
        return bytes.length;
    }

    void requireMain(String anImport) {
        if (!(thread instanceof MainThread)) {
            throw thread.wrongThread(anImport);
        }
    }

    /** What generations A to E have instead. */
    static final class Early {
        private final BootImports imports;

        Early(BootImports imports) {
            this.imports = imports;
        }

        @Generations(to = Generation.E)
        @WasmImport(module = "boot", name = "get_devicetree")
        void getDevicetree(int buffer, int sizeBytes) {
            imports.requireMain("boot.get_devicetree");
            var _ = imports.write("device tree", imports.thread.host.deviceTree(), buffer, sizeBytes);
        }
    }
}
