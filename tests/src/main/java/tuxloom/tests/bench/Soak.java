package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Boots the guest many times in a row with changing numbers of CPUs, and stops at the first boot that hangs, panics or ends
 * wrongly, with everything that tells why: {@code Soak ROOT IMAGES BOOTS CPUS...}.
 */
final class Soak {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern ANSWER = Pattern.compile("soak-42\n");

    private final HostCommand host;
    private final Path reports;

    private Soak(HostCommand host, Path reports) {
        this.host = host;
        this.reports = reports;
    }

    /** Runs all boots; ends with 1 at the first one that fails. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            Path root = Path.of(arguments[0]);
            GuestImages images = GuestImages.in(Path.of(arguments[1]));
            Path reports = Files.createDirectories(root.resolve("tests/target/soak"));
            List<String> cpus = List.of(arguments).subList(3, arguments.length);
            boolean good =
                    new Soak(HostCommand.tuxloom(root, images), reports).run(Integer.parseInt(arguments[2]), cpus);
            System.exit(good ? 0 : 1);
        } catch (IOException e) {
            System.err.println("soak: " + e.getMessage());
            System.exit(1);
        }
    }

    private boolean run(int boots, List<String> cpus) throws IOException, InterruptedException {
        long start = System.nanoTime();
        for (int boot = 1; boot <= boots; boot++) {
            for (String count : cpus) {
                if (!boot(boot, count)) {
                    return false;
                }
            }
            if (boot % 10 == 0) {
                long seconds = (System.nanoTime() - start) / 1_000_000_000;
                System.out.printf("%d of %d boots each with %s CPUs, %d s%n", boot, boots, cpus, seconds);
            }
        }
        System.out.printf("no hang and no panic in %d boots each with %s CPUs%n", boots, cpus);
        return true;
    }

    private boolean boot(int boot, String cpus) throws IOException, InterruptedException {
        HostCommand command = host.with("--cpus", cpus);
        Path errors = reports.resolve("boot.err");
        try (GuestProcess guest = GuestProcess.start(command.command(), command.environment(), errors)) {
            try {
                guest.await(GuestProcess.PROMPT, 0, LIMIT);
                guest.type("echo soak-$((6 * 7)); poweroff\n");
                guest.await(ANSWER, 0, LIMIT);
                int status = guest.awaitExit(LIMIT);
                if (status != 0) {
                    throw new GuestFailedException("exit status " + status, guest.output(), guest.errorText());
                }
                return true;
            } catch (GuestFailedException e) {
                report(boot, cpus, guest, e);
                return false;
            }
        }
    }

    /** Keeps the console, standard error, a dump of all threads (virtual ones too) and the watchdog's reports. */
    private void report(int boot, String cpus, GuestProcess guest, GuestFailedException failure)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(reports.resolve("failure-"
                + LocalTime.now(ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace(':', '-')));
        Path threads = folder.resolve("threads.txt");
        String pid = Long.toString(guest.pid());
        run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                pid,
                "Thread.dump_to_file",
                threads.toAbsolutePath().toString());
        run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), pid, "Thread.print");
        Files.writeString(folder.resolve("console.txt"), guest.output());
        Files.writeString(folder.resolve("stderr.txt"), guest.errorText());
        Files.writeString(folder.resolve("failure.txt"), failure.getMessage() + "\n");
        System.out.println("boot " + boot + " with " + cpus + " CPUs failed: " + failure.getMessage());
        System.out.println("evidence: " + folder);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
