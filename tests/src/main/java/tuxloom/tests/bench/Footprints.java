package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM holds, again and again, and whether that grows. One thread at a time. */
final class Footprints {
    /** Samples that growth is told from; fewer say nothing. */
    private static final int LEAST_SAMPLES = 12;

    /**
     * One look at the process.
     *
     * @param seconds since the start
     * @param heapKib used after a collection of everything
     */
    record Sample(double seconds, long heapKib, long metaspaceKib, long residentKib, long threads, long classes) {}

    /** What may not grow, and the growth that is put down to chance: caches that fill, code that the JIT still compiles. */
    private record Figure(String text, long limit, ToLongFunction<Sample> value) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure("heap after collection, KiB", 1_024, Sample::heapKib),
            new Figure("metaspace, KiB", 1_024, Sample::metaspaceKib),
            new Figure("resident memory, KiB", 16_384, Sample::residentKib),
            new Figure("threads", 2, Sample::threads),
            new Figure("classes", 100, Sample::classes));

    private final List<Sample> samples = new ArrayList<>();

    void add(Sample sample) {
        samples.add(sample);
    }

    /** Collects garbage in the JVM of process {@code pid} and looks at it; the commands are kept in {@code folder}. */
    static Sample take(long pid, double seconds, Path folder) throws IOException, InterruptedException {
        Path commands = Files.writeString(folder.resolve("jcmd"), "GC.run\nGC.heap_info\nVM.metaspace\n");
        Path answer = folder.resolve("jcmd.out");
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        "-J-XX:+UseSerialGC",
                        "-J-XX:TieredStopAtLevel=1",
                        Long.toString(pid),
                        "-f",
                        commands.toString())
                .redirectErrorStream(true)
                .redirectOutput(answer.toFile())
                .start();
        if (!jcmd.waitFor(60, TimeUnit.SECONDS)) {
            jcmd.destroyForcibly();
            throw new IOException("the JVM did not answer jcmd within 60 s");
        }
        String text = Files.readString(answer);
        String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
        return new Sample(
                seconds,
                // What is not in there was allocated since the collection.
                sum(text, "Tenured\\s+total \\d+K, used (\\d+)K"),
                sum(text, "Metaspace\\s+used (\\d+)K,"),
                sum(status, "VmRSS:\\s+(\\d+) kB"),
                sum(status, "Threads:\\s+(\\d+)"),
                sum(text, "Total Usage - \\d+ loaders, (\\d+) classes"));
    }

    private static long sum(String text, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        long sum = 0;
        boolean found = false;
        while (matcher.find()) {
            found = true;
            sum += Long.parseLong(matcher.group(1));
        }
        if (!found) {
            throw new IOException("nothing like '" + pattern + "' in: " + text);
        }
        return sum;
    }

    /**
     * Compares the means of the second and the last quarter of the time: the first quarter is for caches to fill.
     *
     * @param lines gets a line for each figure
     * @param failures gets a line for each figure that grew
     */
    void judge(List<String> lines, List<String> failures) {
        if (samples.size() < LEAST_SAMPLES) {
            lines.add("growth: " + samples.size() + " samples say nothing");
            return;
        }
        int quarter = samples.size() / 4;
        List<Sample> early = samples.subList(quarter, 2 * quarter);
        List<Sample> late = samples.subList(samples.size() - quarter, samples.size());
        for (Figure figure : FIGURES) {
            double before = mean(early, figure);
            double after = mean(late, figure);
            double hours = (late.getFirst().seconds - early.getFirst().seconds) / 3600;
            lines.add("%s: %.0f to %.0f (%+.0f an hour); at most %d"
                    .formatted(
                            figure.text,
                            before,
                            after,
                            (after - before) / hours,
                            samples.stream().mapToLong(figure.value).max().orElse(0)));
            if (after - before > figure.limit) {
                failures.add("%s grew by %.0f, more than %d".formatted(figure.text, after - before, figure.limit));
            }
        }
    }

    private static double mean(List<Sample> of, Figure figure) {
        return of.stream().mapToLong(figure.value).average().orElse(0);
    }
}
