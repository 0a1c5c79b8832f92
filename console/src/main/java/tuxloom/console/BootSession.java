package tuxloom.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.CodeCache;
import tuxloom.kernel.LinuxMachine;
import tuxloom.kernel.LinuxMachineConfig;
import tuxloom.kernel.LinuxMachineException;
import tuxloom.machine.Exit;
import tuxloom.virtio.BlockDevice;
import tuxloom.virtio.ConsoleDevice;
import tuxloom.virtio.ConsoleInput;
import tuxloom.virtio.ConsolePort;
import tuxloom.virtio.EntropyDevice;
import tuxloom.virtio.VirtioDevice;

/** One run of {@code tuxloom boot}: opens what the machine needs, starts it, waits for its end, and puts the terminal back. */
final class BootSession {
    /** Without System.out's buffer and lock: the console device writes whole pieces already. */
    private static final FileOutputStream STDOUT = new FileOutputStream(FileDescriptor.out);

    /** When a start is over for sure, and opening files does not delay it. */
    private static final Duration WELL_INTO_THE_SESSION = Duration.ofSeconds(5);

    private final BootPlan plan;
    private final List<BlockDevice> disks = new ArrayList<>();
    private final HostMessages messages;
    private final boolean interactive;

    private @Nullable ConsoleLog consoleLog;

    /** Whether the guest's console has printed; touched by the thread that prints. */
    private boolean consoleWorks;

    BootSession(BootPlan plan) {
        this.plan = plan;
        this.interactive = plan.console() && StandardStreams.stdinIsTerminal();
        this.messages = new HostMessages(
                new FileOutputStream(FileDescriptor.err),
                StandardStreams.stderrIsTerminal(),
                plan.verbose(),
                !plan.console());
    }

    /**
     * Boots and waits. Files are opened, and refused, before the terminal is touched.
     *
     * @return the exit status
     * @throws CommandFailure if the machine cannot be started
     */
    int run() {
        messages.detail("the command runs");
        // Reading the kernel and the index of its code takes some milliseconds each: on two processors at once.
        var kernel = KernelFile.begin(plan.kernel());
        var start = FastStart.begin(messages);
        var status = runMachine(kernel.bytes());
        if (status == ExitStatus.POWER_OFF) {
            start.end();
        }
        return status;
    }

    private int runMachine(byte[] kernel) {
        messages.detail("the kernel is read");
        var devices = openDisks();
        devices.add(EntropyDevice.create(messages::line));
        if (!plan.console()) {
            if (!plan.ports().isEmpty()) {
                devices.addFirst(ConsoleDevice.createPortsOnly(openPorts(), messages::line)
                        .device());
            }
            return ExitStatus.of(boot(kernel, devices));
        }
        var log = plan.consoleLog();
        consoleLog = log == null ? null : ConsoleLog.open(log, messages::line);
        var keyboard = interactive ? new Keyboard(StandardStreams.stdin(), this::asked) : null;
        var console = console(keyboard == null ? new PipedInput(StandardStreams.stdin()) : keyboard);
        devices.addFirst(console.device());
        if (keyboard == null) {
            return ExitStatus.of(boot(kernel, devices));
        }
        var terminal = new InteractiveTerminal(messages);
        terminal.start(keyboard, console);
        try {
            return ExitStatus.of(boot(kernel, devices));
        } finally {
            terminal.restore();
        }
    }

    private ConsoleDevice console(ConsoleInput input) {
        return plan.ports().isEmpty()
                ? ConsoleDevice.create(input, this::print, messages::line)
                : ConsoleDevice.create(input, this::print, openPorts(), messages::line);
    }

    /** Opens all ports or none. They are also closed when the process ends in another way than with the machine. */
    private List<ConsolePort> openPorts() {
        var opened = new ArrayList<ConsolePort>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closePorts(opened), "close-ports"));
        var stdio = new StandardPort(StandardStreams.stdin(), BootSession::writeStdout);
        for (var port : plan.ports()) {
            opened.add(port.open(stdio, messages));
        }
        return opened;
    }

    private void closePorts(List<ConsolePort> ports) {
        for (var port : ports) {
            try {
                port.backend().close();
            } catch (IOException e) {
                messages.line("port " + port.name() + ": " + e.getMessage());
            }
        }
    }

    private Exit boot(byte[] kernel, List<VirtioDevice> devices) {
        try (var machine = LinuxMachine.start(config(kernel, devices))) {
            messages.detail("the kernel is entered; classes generated so far: " + CodeCache.generatedClasses());
            var limit = FastStart.limit();
            if (limit.isPresent() && !machine.await(limit.get())) {
                messages.line("the machine is ended after " + limit.get().toSeconds() + " s");
                return Exit.POWER_OFF;
            }
            if (!machine.await(WELL_INTO_THE_SESSION)) {
                CodeCache.hold();
            }
            var exit = machine.await();
            messages.detail("the machine has ended; classes generated: " + CodeCache.generatedClasses());
            if (exit == Exit.PANIC || exit == Exit.HOST_ERROR) {
                messages.showKept();
            }
            return exit;
        } catch (LinuxMachineException e) {
            throw CommandFailure.badArgument(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw CommandFailure.hostError("interrupted while the machine ran");
        }
    }

    private LinuxMachineConfig config(byte[] kernel, List<VirtioDevice> devices) {
        return new LinuxMachineConfig(
                "kernel " + plan.kernel(),
                kernel,
                Optional.ofNullable(plan.initrd()),
                commandLine(),
                plan.cpus(),
                plan.memoryBytes(),
                devices,
                messages::early,
                LinuxMachineConfig.DEFAULT_PATIENCE,
                messages.log());
    }

    private List<VirtioDevice> openDisks() {
        var devices = new ArrayList<VirtioDevice>();
        for (var i = 0; i < plan.disks().size(); i++) {
            try {
                var faults = plan.faults().get(i).then(this::powerCut);
                var opened = BlockDevice.open(plan.disks().get(i), faults, queuesPerDisk(), messages::line);
                disks.add(opened);
                devices.add(opened.device());
            } catch (IOException e) {
                throw CommandFailure.badArgument(String.valueOf(e.getMessage()));
            }
        }
        return devices;
    }

    /** One for each virtual CPU, as far as the guest's interrupt lines go; a disk also needs one for its config space. */
    private int queuesPerDisk() {
        return Math.clamp(
                InterruptLines.forDisks(plan.ports().size()) / plan.disks().size() - 1, 1, plan.cpus());
    }

    private void powerCut() {
        messages.line("the power is cut (--fault)");
        end(ExitStatus.POWER_CUT);
    }

    private void rescanDisks() {
        for (var i = 0; i < disks.size(); i++) {
            var name = "disk " + plan.disks().get(i).file();
            try {
                messages.line(name + " has " + disks.get(i).rescan() + " bytes");
            } catch (IOException e) {
                messages.line(name + ": " + e.getMessage());
            }
        }
    }

    /** The kernel passes words it does not know on to init: the guest's programs learn what the terminal understands. */
    private String commandLine() {
        var terminalType = interactive ? System.getenv("TERM") : null;
        return terminalType != null && terminalType.matches("[A-Za-z0-9][A-Za-z0-9+._-]{0,40}")
                ? (plan.commandLine() + " TERM=" + terminalType).strip()
                : plan.commandLine();
    }

    private void print(byte[] bytes, int length) throws IOException {
        if (!consoleWorks) {
            consoleWorks = true;
            messages.detail("the first output on the guest's console");
            messages.forgetKept();
        }
        var log = consoleLog;
        if (log != null) {
            log.write(bytes, length);
        }
        writeStdout(bytes, length);
    }

    /** Whoever read it is gone when the pipe is broken: nobody waits for this machine any more. */
    private static void writeStdout(byte[] bytes, int length) throws IOException {
        try {
            STDOUT.write(bytes, 0, length);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
                end(ExitStatus.BROKEN_PIPE);
            }
            throw e;
        }
    }

    private void asked(EscapeKeys.Action action) {
        switch (action) {
            case HELP -> messages.line(EscapeKeys.HELP);
            case RESCAN_DISKS -> rescanDisks();
            case QUIT -> {
                messages.line("quit");
                end(ExitStatus.POWER_OFF);
            }
        }
    }

    /** Ends the process at once, whatever the guest is doing; shutdown hooks restore the terminal. Own thread: exit() waits. */
    private static void end(int status) {
        Thread.ofPlatform().name("quit").start(() -> System.exit(status));
    }
}
