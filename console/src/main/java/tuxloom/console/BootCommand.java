package tuxloom.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import tuxloom.images.Images;
import tuxloom.kernel.LinuxMachineConfig;
import tuxloom.virtio.disk.DiskOptions;

/**
 * {@code tuxloom boot}: declares its options and turns what was given into a checked {@link BootPlan}. The options are declared by
 * calls and are all text to picocli: its annotations and converters cost every start 0.2 s of reflection.
 */
final class BootCommand {
    static final int MAXIMUM_CPUS = 64;

    /**
     * Carriers are platform threads, so more of them than host cores only preempt each other; and beyond four, what an interactive
     * guest gains does not pay for the start of each further CPU.
     */
    private static final int MOST_CPUS_BY_DEFAULT = 4;

    private BootCommand() {}

    static CommandSpec spec() {
        var spec = CommandSpec.create().name("boot");
        for (var option : List.of(
                file("--kernel", "The kernel, a WebAssembly module. Default: the one that images/build built."),
                file("--initrd", "The initial RAM file system. Default: the built one; none with root= in --append."),
                repeated("--append", "STRING", "Added to the kernel's command line. May be repeated."),
                value("--cpus", "N", "Virtual CPUs, 1 to " + MAXIMUM_CPUS + ". Default: the host's cores, at most 4."),
                value(
                        "--memory",
                        "SIZE",
                        "Guest memory, half of it for the kernel, half for programs; with suffix K, M or G, at most 4095M. Default: 512M."),
                repeated(
                        "--disk",
                        DiskArgument.SYNTAX,
                        "A disk image: /dev/vda, /dev/vdb… in the order given. ro: read-only. serial: its number in the guest. cache: when"
                                + " the guest's writes are durable (writeback: once it flushes; writethrough: each at once; unsafe: some"
                                + " time). format: qcow2 by default if it is one and its name ends so, else raw. snapshot: all changes"
                                + " vanish at the end. overlay: changes go to this qcow2 file, made when absent. May be repeated."),
                repeated(
                        "--fault",
                        FaultArgument.SYNTAX,
                        "Lets a disk fail on purpose, the first one being disk0: a sector that can be neither read nor written; requests that take"
                                + " TIME (us, ms, s) at least; a power cut at the N-th write to its file, which keeps half of that write, or"
                                + " which loses all since the last flush. May be repeated."),
                file(
                        "--console-log",
                        "A copy of what the guest's console prints goes to this file, which is emptied first."),
                repeated(
                        "--port",
                        PortArgument.SYNTAX,
                        "A line to the guest besides the console: /dev/virtio-ports/NAME there. pty: a pseudo terminal, whose path is shown."
                                + " file: what the guest writes; the file is emptied first. socket: a Unix domain socket that takes one"
                                + " client after the other. stdio: this command's, with --no-console. May be repeated."),
                flag("No console: neither stdin nor stdout belong to the guest.", "--no-console"),
                flag("Show all kernel messages and what the host does.", "-v", "--verbose"),
                Commands.help())) {
            spec.addOption(option);
        }
        spec.usageMessage()
                .description("Boots Linux in this terminal.")
                .sortOptions(false)
                .exitCodeListHeading("%nExit status:%n")
                .exitCodeList(exitStatuses())
                .footerHeading("%nKeys:%n")
                .footer("  " + EscapeKeys.HELP);
        return spec;
    }

    /**
     * Checks the arguments.
     *
     * @throws CommandFailure for the first that is wrong
     */
    static BootPlan plan(BootArguments given) {
        var cpus = cpus(given.value("--cpus"));
        var memory = given.value("--memory");
        var memoryBytes = memory == null ? LinuxMachineConfig.DEFAULT_MEMORY_BYTES : MemorySize.parse(memory);
        var disks = new ArrayList<DiskOptions>();
        for (var disk : given.all("--disk")) {
            disks.add(DiskArgument.parse(disk));
        }
        var append = String.join(" ", given.all("--append"));
        var verbose = given.has("-v");
        var kernel = given.value("--kernel");
        var initrd = given.value("--initrd");
        var console = !given.has("--no-console");
        var plan = new BootPlan(
                kernel(kernel),
                initrd(initrd, append, kernel != null),
                commandLine(append, verbose),
                cpus,
                memoryBytes,
                List.copyOf(disks),
                FaultArgument.parse(given.all("--fault"), disks.size()),
                console,
                consoleLog(given.value("--console-log"), console),
                PortArgument.parse(given.all("--port"), console),
                verbose);
        if (!plan.ports().isEmpty()) {
            checkPorts(plan);
        }
        return plan;
    }

    private static void checkPorts(BootPlan plan) {
        if (InterruptLines.forDisks(plan.ports().size()) < plan.disks().size() * 2) {
            throw CommandFailure.badArgument(
                    plan.disks().size() + " disks and " + plan.ports().size() + " ports need more than the "
                            + InterruptLines.ALL + " interrupt lines of a guest");
        }
        var files = new HashMap<Path, String>();
        files.put(plan.kernel(), "the kernel");
        putIfNamed(files, plan.initrd(), "the initrd");
        putIfNamed(files, plan.consoleLog(), "the console's log");
        for (var disk : plan.disks()) {
            files.put(disk.file(), "a disk");
            putIfNamed(files, disk.overlay(), "a disk's overlay");
        }
        for (var port : plan.ports()) {
            port.checkApart(files);
            putIfNamed(files, port.path(), "another port");
        }
    }

    private static void putIfNamed(Map<Path, String> files, @Nullable Path file, String what) {
        if (file != null) {
            files.put(file, what);
        }
    }

    private static @Nullable Path consoleLog(@Nullable String name, boolean console) {
        if (name != null && !console) {
            throw CommandFailure.badArgument("--console-log " + name + ": there is no console with --no-console");
        }
        return name == null ? null : Commands.path("--console-log", name);
    }

    private static int cpus(@Nullable String given) {
        if (given == null) {
            return Math.min(MOST_CPUS_BY_DEFAULT, Runtime.getRuntime().availableProcessors());
        }
        try {
            var cpus = Integer.parseInt(given);
            if (cpus >= 1 && cpus <= MAXIMUM_CPUS) {
                return cpus;
            }
        } catch (NumberFormatException e) {
            throw CommandFailure.badArgument("--cpus " + given + " is not a number");
        }
        throw CommandFailure.badArgument("--cpus " + given + " is not between 1 and " + MAXIMUM_CPUS);
    }

    private static Path kernel(@Nullable String given) {
        if (given != null) {
            return readable("kernel", given);
        }
        try {
            return Images.locate().kernel();
        } catch (IOException e) {
            throw CommandFailure.hostError(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The built initramfs also serves a kernel of the user's own, where there is one. A command line that mounts a disk as root does
     * not want it, because its init would run instead.
     */
    private static @Nullable Path initrd(@Nullable String given, String append, boolean foreignKernel) {
        if (given != null) {
            return readable("initrd", given);
        }
        if (hasWord(append, "root=")) {
            return null;
        }
        try {
            return Images.locate().initramfs();
        } catch (IOException e) {
            if (foreignKernel) {
                return null;
            }
            throw CommandFailure.hostError(String.valueOf(e.getMessage()));
        }
    }

    /** Without a word about it from the user, the kernel's log stays off the console unless it warns. */
    private static String commandLine(String append, boolean verbose) {
        var saidSo = hasWord(append, "quiet")
                || hasWord(append, "debug")
                || hasWord(append, "loglevel=")
                || hasWord(append, "ignore_loglevel");
        return verbose || saidSo ? append : ("quiet " + append).strip();
    }

    private static boolean hasWord(String text, String start) {
        return text.startsWith(start) || text.contains(" " + start);
    }

    private static Path readable(String what, String name) {
        var file = Commands.path(what, name);
        if (!Files.exists(file)) {
            throw CommandFailure.badArgument(what + " " + file + " does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw CommandFailure.badArgument(what + " " + file + " is not a regular file");
        }
        if (!Files.isReadable(file)) {
            throw CommandFailure.badArgument(what + " " + file + " may not be read");
        }
        return file;
    }

    private static OptionSpec file(String name, String description) {
        return value(name, "FILE", description);
    }

    private static OptionSpec value(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec repeated(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names)
                .type(boolean.class)
                .description(description)
                .build();
    }

    private static Map<String, String> exitStatuses() {
        var statuses = new LinkedHashMap<String, String>();
        statuses.put(" 0", "the guest powered off, or Ctrl-A x");
        statuses.put(" 1", "the host failed");
        statuses.put("32", "the guest asked for a reset");
        statuses.put("33", "--fault cut the power");
        statuses.put("34", "the guest panicked");
        statuses.put("35", "bad arguments");
        statuses.put("128+n", "ended by signal n");
        return statuses;
    }
}
