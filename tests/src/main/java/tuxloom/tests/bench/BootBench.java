package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Boots the guest again and again on each host in turn, and measures the way to the prompt and what the shell's commands
 * report. Taking turns keeps a drift of the machine out of the ratios.
 */
final class BootBench {
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(3);
    private static final int DISK_BYTES = 64 << 20;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final Pattern DONE = Pattern.compile("status-(\\d+)\n");
    private static final Pattern LINE = Pattern.compile("(?m)^(\\w+) (\\d+)$");
    private static final Pattern COPIED = Pattern.compile("copied, ([0-9.]+) seconds");

    /** A line of the guest's {@code bench} program: the figure it gives, and how many of its nanoseconds make a unit. */
    private record GuestFigure(Figure figure, double unitNanos) {}

    /** What counts of the program's first run, where the host still compiles what the guest does. */
    private static final Map<String, GuestFigure> FIRST_RUN = Map.of(
            "getppid_100k_ns", new GuestFigure(Figure.GETPPID_COLD, NANOS_PER_MILLI),
            "pipe_roundtrip_ns", new GuestFigure(Figure.PIPE_COLD, NANOS_PER_MICRO),
            "spawn_true_ns", new GuestFigure(Figure.SPAWN_COLD, NANOS_PER_MILLI));

    private static final Map<String, GuestFigure> SECOND_RUN = Map.of(
            "getppid_100k_ns", new GuestFigure(Figure.GETPPID, NANOS_PER_MILLI),
            "pipe_roundtrip_ns", new GuestFigure(Figure.PIPE, NANOS_PER_MICRO),
            "spawn_true_ns", new GuestFigure(Figure.SPAWN, NANOS_PER_MILLI),
            "thread_create_ns", new GuestFigure(Figure.THREAD, NANOS_PER_MILLI),
            "loop_ns", new GuestFigure(Figure.LOOP, NANOS_PER_MILLI));

    /** What counts when both hosts' compilers have seen everything for a second or more. */
    private static final Map<String, GuestFigure> LAST_RUN = Map.of(
            "getppid_100k_ns", new GuestFigure(Figure.GETPPID_WARM, NANOS_PER_MILLI),
            "pipe_roundtrip_ns", new GuestFigure(Figure.PIPE_WARM, NANOS_PER_MICRO),
            "spawn_true_ns", new GuestFigure(Figure.SPAWN_WARM, NANOS_PER_MILLI));

    private static final int GUEST_RUNS = 5;

    private final Path work;
    private final Path disk;
    private final Results results;

    /** @param work an existing folder for logs, a disk and empty caches */
    BootBench(Path work, Results results) throws IOException {
        this.work = work;
        this.results = results;
        this.disk = RandomDisk.create(work, DISK_BYTES);
    }

    /**
     * Measures all hosts {@code runs} times: with nothing prepared; with an empty cache folder each time, so that nothing is known of
     * the kernel; with a cache folder that an unmeasured boot has filled; and so with a disk, too, which is also used. The unmeasured
     * boot comes first: it also completes the build of Tuxloom's host, whose own AOT cache knows no kernel.
     */
    void run(List<HostCommand> hosts, int runs) throws IOException, GuestFailedException, InterruptedException {
        Path warmCache = Files.createDirectories(work.resolve("warm"));
        List<HostCommand> warm =
                hosts.stream().map(host -> host.withCache(warmCache)).toList();
        for (HostCommand host : warm) {
            try (GuestProcess guest = start(host)) {
                guest.await(GuestProcess.PROMPT, 0, BOOT_LIMIT);
                powerOff(guest);
            }
        }
        for (int run = 0; run < runs; run++) {
            for (HostCommand host : hosts) {
                Path emptyCache = Files.createTempDirectory(work, "first-");
                HostCommand first = host.withCache(emptyCache);
                toPromptOnly(first.unprepared(), Figure.PROMPT_BARE, Figure.CPU_BARE);
                toPromptOnly(first, Figure.PROMPT_FIRST, Figure.CPU_FIRST);
            }
        }
        for (int run = 0; run < runs; run++) {
            for (HostCommand host : warm) {
                toPromptOnly(host, Figure.PROMPT_WARM, Figure.CPU_WARM);
            }
        }
        for (int run = 0; run < runs; run++) {
            for (HostCommand host : warm) {
                session(host.with("--disk", disk + ",ro"));
            }
        }
    }

    private GuestProcess start(HostCommand host) throws IOException {
        return GuestProcess.start(host.command(), host.environment(), work.resolve(host.name() + ".err"));
    }

    private void toPromptOnly(HostCommand host, Figure prompt, Figure cpu)
            throws IOException, GuestFailedException, InterruptedException {
        try (GuestProcess guest = start(host)) {
            long nanos = guest.await(GuestProcess.PROMPT, 0, BOOT_LIMIT);
            results.add(host.name(), prompt, nanos / NANOS_PER_MILLI);
            results.add(host.name(), cpu, guest.cpuTime().toNanos() / NANOS_PER_MILLI);
            powerOff(guest);
        }
    }

    private void session(HostCommand host) throws IOException, GuestFailedException, InterruptedException {
        try (GuestProcess guest = start(host)) {
            long nanos = guest.await(GuestProcess.PROMPT, 0, BOOT_LIMIT);
            results.add(host.name(), Figure.PROMPT_DISK, nanos / NANOS_PER_MILLI);
            results.add(host.name(), Figure.RESIDENT, guest.residentKib() / 1024.0);
            runGuestProgram(host, guest, FIRST_RUN);
            runGuestProgram(host, guest, SECOND_RUN);
            for (int run = 3; run < GUEST_RUNS; run++) {
                runGuestProgram(host, guest, Map.of());
            }
            runGuestProgram(host, guest, LAST_RUN);
            Matcher copied = COPIED.matcher(command(guest, "dd if=/dev/vda of=/dev/null bs=64k"));
            if (copied.find()) {
                results.add(host.name(), Figure.DISK, Double.parseDouble(copied.group(1)) * 1000);
            }
            results.add(host.name(), Figure.POWER_OFF, powerOff(guest) / NANOS_PER_MILLI);
        }
    }

    private void runGuestProgram(HostCommand host, GuestProcess guest, Map<String, GuestFigure> figures)
            throws IOException, GuestFailedException, InterruptedException {
        Matcher line = LINE.matcher(command(guest, "bench"));
        while (line.find()) {
            GuestFigure wanted = figures.get(line.group(1));
            if (wanted != null) {
                results.add(host.name(), wanted.figure(), Double.parseDouble(line.group(2)) / wanted.unitNanos());
            }
        }
    }

    /** Runs a shell command that must succeed and returns what it printed. The end mark is never in the echo of the line. */
    private static String command(GuestProcess guest, String command)
            throws IOException, GuestFailedException, InterruptedException {
        return command(guest, command, COMMAND_LIMIT);
    }

    static String command(GuestProcess guest, String command, Duration limit)
            throws IOException, GuestFailedException, InterruptedException {
        int mark = guest.mark();
        guest.type(command + "; echo \"status\"-$?\n");
        guest.await(DONE, mark, limit);
        guest.await(GuestProcess.PROMPT, mark, COMMAND_LIMIT);
        String printed = guest.output().substring(mark);
        Matcher done = DONE.matcher(printed);
        if (!done.find() || !done.group(1).equals("0")) {
            throw new GuestFailedException("guest command '" + command + "' failed", printed, guest.errorText());
        }
        return printed;
    }

    /** Returns the nanoseconds from the command to the end of the process. */
    static long powerOff(GuestProcess guest) throws IOException, GuestFailedException, InterruptedException {
        long start = System.nanoTime();
        guest.type("poweroff\n");
        int status = guest.awaitExit(BOOT_LIMIT);
        if (status != 0) {
            throw new GuestFailedException(
                    "power-off ended with exit status " + status, guest.output(), guest.errorText());
        }
        return System.nanoTime() - start;
    }
}
