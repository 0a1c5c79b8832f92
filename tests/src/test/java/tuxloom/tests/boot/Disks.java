package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Host-side tools for disk images. */
final class Disks {
    private Disks() {}

    /** Expects a file system that {@code e2fsck -fn} finds nothing wrong with. */
    static void assertClean(Path image) throws IOException, InterruptedException {
        Path log = Files.createTempFile("e2fsck", ".txt");
        Process check = new ProcessBuilder("/sbin/e2fsck", "-f", "-n", image.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(check.waitFor(60, TimeUnit.SECONDS))
                .as("the end of e2fsck within 60 s")
                .isTrue();
        String output = Files.readString(log);
        Files.delete(log);
        assertThat(check.exitValue()).as(output).isZero();
    }
}
