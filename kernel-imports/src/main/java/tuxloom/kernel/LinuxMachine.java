package tuxloom.kernel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import tuxloom.engine.CodeCache;
import tuxloom.engine.GuestStack;
import tuxloom.engine.InvalidModuleException;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.MemoryBudget;
import tuxloom.engine.Module;
import tuxloom.machine.Exit;
import tuxloom.machine.HostLog;
import tuxloom.machine.Machine;
import tuxloom.machine.MachineReport;
import tuxloom.machine.Watchdog;
import tuxloom.virtio.VirtioDevice;

/**
 * A machine that runs a Linux kernel compiled to WebAssembly (docs/host-abi.md). Whoever starts it owns it and must close it. All
 * methods may be called from any thread but the machine's own.
 */
public final class LinuxMachine implements AutoCloseable {
    private static final long CPU_RELAX_NANOS = 10_000_000;

    private final Machine machine;
    private final MachineReport report;
    private final Watchdog watchdog;
    private final HostLog log;

    private LinuxMachine(KernelHost host) {
        this.machine = host.machine();
        this.log = host.log();
        this.report = new MachineReport(machine, GuestStack::functionName);
        host.start();
        var progress = host.progress();
        this.watchdog = new Watchdog(
                machine, progress::steps, progress::inUserSpace, host.config().patience(), this::tellHang);
    }

    /**
     * Starts a machine: compiles the kernel, lays out its memory and lets it boot. Returns as soon as the kernel runs.
     *
     * <p>From the call on the machine owns the devices, and closes them also if it cannot be started.
     *
     * @throws LinuxMachineException if the kernel, the initial RAM disk or a size in {@code config} is unfit
     */
    public static LinuxMachine start(LinuxMachineConfig config) throws LinuxMachineException {
        try {
            config.check();
            var parsing = new FutureTask<>(() -> parse(config));
            Thread.ofPlatform().name("kernel-parser").daemon().start(parsing);
            return start(config, parsing);
        } catch (LinuxMachineException e) {
            config.devices().forEach(VirtioDevice::close);
            throw e;
        }
    }

    /** Makes what does not depend on the kernel while that is parsed. */
    private static LinuxMachine start(LinuxMachineConfig config, Future<Module> parsing) throws LinuxMachineException {
        var machine = new Machine(config.cpus(), config.log());
        try {
            Memory.prepare();
            if (!CodeCache.isUsed()) {
                KernelAbi.prepare();
            }
            var module = parsed(parsing);
            var abi = KernelAbi.of(module, config.kernelName());
            config.log().debug(config.kernelName() + " speaks generation " + abi.generation() + " of the host ABI");
            var initrdBytes = initrdBytes(config);
            var layout = KernelLayout.of(module, abi.generation(), config.memoryBytes() / 2, initrdBytes);
            if (!abi.generation().growsMemory()) {
                // cpu_relax of these kernels; nothing ever wakes it.
                machine.parkingLot().treatAsPause(CPU_RELAX_NANOS);
            }
            return new LinuxMachine(host(config, machine, module, abi, layout, initrdBytes));
        } catch (MemoryAllocationException e) {
            machine.close();
            throw new LinuxMachineException("the kernel's memory cannot be had: " + e.getMessage(), e);
        } catch (LinuxMachineException e) {
            machine.close();
            throw e;
        }
    }

    private static KernelHost host(
            LinuxMachineConfig config,
            Machine machine,
            Module module,
            KernelAbi abi,
            KernelLayout layout,
            long initrdBytes)
            throws LinuxMachineException, MemoryAllocationException {
        var memory = Memory.allocate(layout.type(), MemoryBudget.unlimited(), machine.parkingLot());
        machine.own(memory);
        config.devices().forEach(machine::own);
        var initrd = new LinuxDeviceTree.Range(layout.initrdAddress(), initrdBytes);
        loadInitrd(config, memory, initrd);
        var sections = KernelSections.of(module);
        var tree = LinuxDeviceTree.blob(config, layout.maximumBytes(), initrd, sections);
        var host = new KernelHost(config, machine, module, abi, memory, tree);
        config.devices()
                .forEach(device -> device.onHostFailure(e -> machine.fail("device " + device.name() + " failed", e)));
        return host;
    }

    private static Module parsed(Future<Module> parsing) throws LinuxMachineException {
        var interrupted = false;
        try {
            while (true) {
                try {
                    return parsing.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinuxMachineException refused) {
                throw refused;
            }
            throw new IllegalStateException("the kernel's parser failed", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Module parse(LinuxMachineConfig config) throws LinuxMachineException {
        try {
            var module = Module.adopt(config.kernel());
            config.log().debug(config.kernelName() + " is parsed" + (module.isKnown() ? ", its code was there" : ""));
            return module;
        } catch (InvalidModuleException e) {
            throw new LinuxMachineException(
                    config.kernelName() + " is no valid WebAssembly module: " + e.getMessage(), e);
        }
    }

    private static long initrdBytes(LinuxMachineConfig config) throws LinuxMachineException {
        if (config.initrd().isEmpty()) {
            return 0;
        }
        var path = config.initrd().get();
        try {
            if (!Files.isRegularFile(path)) {
                throw new LinuxMachineException(
                        "initrd " + path + (Files.exists(path) ? " is not a regular file" : " does not exist"));
            }
            return Files.size(path);
        } catch (IOException e) {
            throw new LinuxMachineException("initrd " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads the initial RAM disk straight into guest memory. */
    private static void loadInitrd(LinuxMachineConfig config, Memory memory, LinuxDeviceTree.Range range)
            throws LinuxMachineException {
        if (config.initrd().isEmpty()) {
            return;
        }
        var path = config.initrd().get();
        var target =
                memory.segment().asSlice(range.address(), range.lengthBytes()).asByteBuffer();
        try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
            while (target.hasRemaining()) {
                if (file.read(target) < 0) {
                    throw new LinuxMachineException("initrd " + path + " has become shorter than " + range.lengthBytes()
                            + " bytes while it was read");
                }
            }
        } catch (IOException e) {
            throw new LinuxMachineException("initrd " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Waits until the machine has ended and says how. */
    public Exit await() throws InterruptedException {
        return machine.await();
    }

    /** Waits at most {@code timeout} for the machine's end and says whether it has come. */
    public boolean await(Duration timeout) throws InterruptedException {
        return machine.await(timeout);
    }

    /** Returns a description of where each virtual CPU and task stands, under the headline {@code reason}. */
    public String report(String reason) {
        return report.write(reason);
    }

    /** Ends the machine if it still runs, ends all its threads and gives back all its memory. Closing again does nothing. */
    @Override
    public void close() {
        watchdog.close();
        machine.close();
    }

    private void tellHang(String reason) {
        try {
            var file = Files.createTempFile("tuxloom-hang-", ".txt");
            Files.writeString(file, report.write(reason));
            log.info("the machine seems to hang: " + reason + "; see " + file);
        } catch (IOException e) {
            log.info("the machine seems to hang: " + report.write(reason));
        }
    }
}
