package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the time of a boot goes: phase by phase, as {@code tuxloom boot -v} tells them, what the host's threads have computed and how
 * long those that the boot waits for were kept from a processor by others, as the host's kernel accounts it ({@code schedstat}).
 */
final class BootProfile {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long LOOK_NANOS = 1_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    /** In place of a line: the last phase ends with the shell's prompt. */
    private static final String AT_PROMPT = "prompt";

    /** A line of {@code -v} that ends a phase contains the text. */
    private record Phase(String name, String endsWith) {}

    private static final List<Phase> PHASES = List.of(
            new Phase("launcher and start of the JVM", "the command runs"),
            new Phase("the kernel is read", "the kernel is read"),
            new Phase("the kernel is parsed", "is parsed"),
            new Phase("machine and memory are made", "the kernel is entered"),
            new Phase("the guest's kernel, to its console", "own console takes over"),
            new Phase("the guest's kernel, to its first program", "the first program is entered"),
            new Phase("init and shell, to the prompt", AT_PROMPT));

    /** What is told apart, in the order of the table's columns. */
    private enum Who {
        MAIN(0, "main"),
        CPU(1, "virtual CPU"),
        C1(2, "C1"),
        C2(3, "C2"),
        OTHER(4, "other threads");

        private final int column;
        private final String title;

        Who(int column, String title) {
            this.column = column;
            this.title = title;
        }

        static Who of(String thread) {
            return switch (thread.split(" ", 2)[0]) {
                case "java", "bash", "tuxloom" -> MAIN;
                case "C1" -> C1;
                case "C2" -> C2;
                default -> thread.startsWith("vcpu-") ? CPU : OTHER;
            };
        }
    }

    private static final int WALL = Who.values().length;
    private static final int WAITS = WALL + 1;
    private static final int COLUMNS = WAITS + 1;

    private final Path work;
    private final int runs;

    BootProfile(Path work, int runs) {
        this.work = work;
        this.runs = runs;
    }

    /** Boots {@code runs} times, after a boot that prepares the start, and returns a table of medians in milliseconds. */
    String run(HostCommand host) throws IOException, GuestFailedException, InterruptedException {
        try (GuestProcess guest = GuestProcess.start(host.command(), host.environment(), work.resolve("prepare.err"))) {
            guest.await(GuestProcess.PROMPT, 0, LIMIT);
            BootBench.powerOff(guest);
        }
        var values = new double[PHASES.size()][COLUMNS][runs];
        for (int run = 0; run < runs; run++) {
            double[][] boot = boot(host.with("-v"));
            for (int phase = 0; phase < boot.length; phase++) {
                for (int column = 0; column < COLUMNS; column++) {
                    values[phase][column][run] = boot[phase][column];
                }
            }
        }
        return table(values);
    }

    private double[][] boot(HostCommand host) throws IOException, GuestFailedException, InterruptedException {
        long start = System.nanoTime();
        try (GuestProcess guest = GuestProcess.start(host.command(), host.environment(), work.resolve("profile.err"))) {
            var ends = new ArrayList<double[]>();
            while (ends.size() < PHASES.size()) {
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw new GuestFailedException("no prompt", guest.output(), guest.errorText());
                }
                Phase phase = PHASES.get(ends.size());
                boolean ended = phase.endsWith().equals(AT_PROMPT)
                        ? GuestProcess.PROMPT.matcher(guest.output()).find()
                        : guest.errorText().contains(phase.endsWith());
                if (ended) {
                    ends.add(sample(guest.pid(), start));
                } else {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
            BootBench.powerOff(guest);
            return differences(ends);
        }
    }

    /** Returns what all threads have used since the start of the process. */
    private static double[] sample(long pid, long startNanos) throws IOException {
        var sums = new double[COLUMNS];
        sums[WALL] = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
        try (var threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                add(thread, sums);
            }
        }
        return sums;
    }

    private static void add(Path thread, double[] sums) {
        try {
            Who who = Who.of(Files.readString(thread.resolve("comm")).strip());
            String[] times = Files.readString(thread.resolve("schedstat")).split(" ", 3);
            sums[who.column] += Long.parseLong(times[0]) / NANOS_PER_MILLI;
            if (who == Who.MAIN || who == Who.CPU) {
                sums[WAITS] += Long.parseLong(times[1]) / NANOS_PER_MILLI;
            }
        } catch (IOException e) {
            // It has just ended: its time is lost to the table.
        }
    }

    private static double[][] differences(List<double[]> ends) {
        var phases = new double[ends.size()][COLUMNS];
        for (int phase = 0; phase < phases.length; phase++) {
            for (int column = 0; column < COLUMNS; column++) {
                double before = phase == 0 ? 0 : ends.get(phase - 1)[column];
                phases[phase][column] = ends.get(phase)[column] - before;
            }
        }
        return phases;
    }

    private static String table(double[][][] values) {
        var text = new StringBuilder("| phase | time | of it, kept from a processor |");
        for (Who who : Who.values()) {
            text.append(' ').append(who.title).append(" |");
        }
        text.append("\n|---|").append("---:|".repeat(COLUMNS)).append('\n');
        var sums = new double[COLUMNS];
        for (int phase = 0; phase < values.length; phase++) {
            var medians = new double[COLUMNS];
            for (int column = 0; column < COLUMNS; column++) {
                medians[column] = median(values[phase][column]);
                sums[column] += medians[column];
            }
            row(text, PHASES.get(phase).name(), medians);
        }
        row(text, "**all**", sums);
        return text.toString();
    }

    private static void row(StringBuilder text, String name, double[] millis) {
        text.append("| ").append(name).append(" | ").append(Math.round(millis[WALL]));
        text.append(" | ").append(Math.round(millis[WAITS]));
        for (int who = 0; who < WALL; who++) {
            text.append(" | ").append(Math.round(millis[who]));
        }
        text.append(" |\n");
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
