package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tuxloom.images.Images;
import tuxloom.kernel.LinuxMachine;
import tuxloom.kernel.LinuxMachineConfig;
import tuxloom.kernel.LinuxMachineException;
import tuxloom.machine.Exit;
import tuxloom.machine.HostLog;
import tuxloom.virtio.BlockDevice;
import tuxloom.virtio.ConsoleDevice;
import tuxloom.virtio.ConsolePort;
import tuxloom.virtio.EntropyDevice;
import tuxloom.virtio.VirtioDevice;
import tuxloom.virtio.disk.DiskFaults;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.port.PortBackend;

/**
 * A booted guest and somebody at its console: {@code guest.run("uname -s").output()}. Every wait has a limit, and its failure
 * says what was missing and what the console showed instead.
 */
final class GuestSession implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern PROMPT = Pattern.compile(" # $");
    /** So wide that neither the tty nor the shell's editor breaks a line. */
    private static final int COLUMNS = 2000;

    private static final int ROWS = 50;

    /** What a command printed, without the last line's end, and its exit status. */
    record Result(String output, int status) {
        /** Expects success and returns the output. */
        String ok() {
            assertThat(status)
                    .as("status of a command that printed: %s", output)
                    .isZero();
            return output;
        }
    }

    /** What to boot. */
    static final class Builder {
        private int cpus = 1;
        private boolean initramfs = true;
        private String commandLine = "";
        private Optional<Path> kernel = Optional.empty();
        private final List<DiskOptions> disks = new ArrayList<>();
        private final List<DiskFaults> faults = new ArrayList<>();
        private final List<ConsolePort> ports = new ArrayList<>();

        Builder cpus(int count) {
            cpus = count;
            return this;
        }

        /** Boots another kernel than the images'. */
        Builder kernel(Path image) {
            kernel = Optional.of(image);
            return this;
        }

        /** Adds the next {@code /dev/vdX}. */
        Builder disk(Path image) {
            return disk(DiskOptions.of(image));
        }

        Builder readOnlyDisk(Path image) {
            return disk(DiskOptions.of(image).forReading());
        }

        Builder disk(DiskOptions options) {
            return disk(options, DiskFaults.NONE);
        }

        Builder disk(DiskOptions options, DiskFaults goingWrong) {
            disks.add(options);
            faults.add(goingWrong);
            return this;
        }

        /** Adds the next port, {@code /dev/vport0pN}; the guest owns its backend. */
        Builder port(String name, PortBackend backend) {
            ports.add(new ConsolePort(name, backend));
            return this;
        }

        /** Boots from a disk, without the initramfs. */
        Builder root(String parameters) {
            initramfs = false;
            commandLine = parameters;
            return this;
        }

        /** Adds to the kernel's command line. */
        Builder append(String parameters) {
            commandLine = (commandLine + " " + parameters).strip();
            return this;
        }

        /** Boots without waiting for anything. */
        GuestSession start() throws IOException, LinuxMachineException {
            return new GuestSession(this);
        }

        /** Boots and waits for the shell's prompt. */
        GuestSession boot() throws IOException, LinuxMachineException, InterruptedException {
            GuestSession session = new GuestSession(this);
            try {
                session.await(0, PROMPT, "the first prompt");
                return session;
            } catch (InterruptedException | AssertionError e) {
                session.close();
                throw e;
            }
        }
    }

    private final GuestConsole terminal = new GuestConsole();
    private final GuestConsole early = new GuestConsole();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<BlockDevice> disks = new ArrayList<>();
    private final ConsoleDevice console;
    private final LinuxMachine machine;
    private int commands;

    private GuestSession(Builder builder) throws IOException, LinuxMachineException {
        Images images = Images.locate();
        console = builder.ports.isEmpty()
                ? ConsoleDevice.create(terminal, terminal, log::add)
                : ConsoleDevice.create(terminal, terminal, builder.ports, log::add);
        console.resize(COLUMNS, ROWS);
        List<VirtioDevice> devices = new ArrayList<>();
        devices.add(console.device());
        devices.add(EntropyDevice.create(log::add));
        for (int i = 0; i < builder.disks.size(); i++) {
            BlockDevice opened = BlockDevice.open(builder.disks.get(i), builder.faults.get(i), builder.cpus, log::add);
            disks.add(opened);
            devices.add(opened.device());
        }
        machine = LinuxMachine.start(new LinuxMachineConfig(
                "vmlinux.wasm",
                Files.readAllBytes(builder.kernel.isPresent() ? builder.kernel.get() : images.kernel()),
                builder.initramfs ? Optional.of(images.initramfs()) : Optional.empty(),
                builder.commandLine,
                builder.cpus,
                LinuxMachineConfig.DEFAULT_MEMORY_BYTES,
                devices,
                early::write,
                LinuxMachineConfig.DEFAULT_PATIENCE,
                HostLog.of(log::add, false)));
    }

    static Builder with() {
        return new Builder();
    }

    /** Runs a command line in the shell. */
    Result run(String command) throws InterruptedException {
        return run(command, TIMEOUT);
    }

    /** Runs a command line that may take its time. */
    Result run(String command, Duration limit) throws InterruptedException {
        int start = terminal.position();
        commands++;
        // The quotes keep the echo of this line from looking like its result.
        terminal.type("%s; echo do''ne-%d-$?\n".formatted(command, commands));
        MatchResult end = await(start, Pattern.compile("done-%d-(\\d+)\\r?\\n".formatted(commands)), command, limit);
        String text = terminal.text(start).substring(0, end.start());
        String output = text.substring(text.indexOf('\n') + 1).replace("\r", "");
        await(start + end.end(), PROMPT, "a prompt after " + command);
        return new Result(output.strip(), Integer.parseInt(end.group(1)));
    }

    /** Types characters without waiting for anything. */
    void type(String text) {
        terminal.type(text);
    }

    /** Changes the size of the console's window. */
    void resize(int columns, int rows) {
        console.resize(columns, rows);
    }

    /** Returns everything that the guest has written to its console. */
    String consoleText() {
        return terminal.text(0);
    }

    /** Makes the host look whether a disk's image has grown. */
    void rescanDisk(int index) throws IOException {
        disks.get(index).rescan();
    }

    /** Waits until something that the guest wrote since its start matches. */
    MatchResult await(String pattern) throws InterruptedException {
        return await(0, Pattern.compile(pattern), pattern);
    }

    /** Switches the guest off the way a user does, and waits for the machine's end. */
    void powerOff() throws InterruptedException {
        type("poweroff\n");
        assertThat(awaitExit()).as(() -> story("the machine's end")).isEqualTo(Exit.POWER_OFF);
        assertThat(log).as("lines of the host").isEmpty();
    }

    /** Waits for the machine's end and says how it ended. */
    Exit awaitExit() throws InterruptedException {
        assertThat(machine.await(TIMEOUT))
                .as(() -> story("the end of the machine within " + TIMEOUT))
                .isTrue();
        return machine.await();
    }

    /** Returns the host's messages so far. */
    List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public void close() {
        machine.close();
    }

    private MatchResult await(int start, Pattern pattern, String what) throws InterruptedException {
        return await(start, pattern, what, TIMEOUT);
    }

    private MatchResult await(int start, Pattern pattern, String what, Duration limit) throws InterruptedException {
        Optional<MatchResult> match = terminal.await(start, pattern, limit);
        assertThat(match).as(() -> story(what + " within " + limit)).isPresent();
        return match.orElseThrow();
    }

    private String story(String missing) {
        return "%s%nhost: %s%nearly console: %s%nconsole: %s%n%s"
                .formatted(missing, log, tail(early.text(0)), tail(terminal.text(0)), machine.report(missing));
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 3_000));
    }
}
