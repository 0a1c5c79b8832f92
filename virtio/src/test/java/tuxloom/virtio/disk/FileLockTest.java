package tuxloom.virtio.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One writer or many readers, in one process and in several. */
class FileLockTest {
    @TempDir
    Path folder;

    private Path image() throws IOException {
        return Files.write(folder.resolve("disk.img"), new byte[4096]);
    }

    @Test
    void secondWriterInTheSameProcessIsRefused() throws IOException {
        Path image = image();
        try (Disk first = DiskImages.open(DiskOptions.of(image))) {
            assertThat(first.sizeBytes()).isEqualTo(4096);
            assertThatThrownBy(() -> DiskImages.open(DiskOptions.of(image)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("disk.img")
                    .hasMessageContaining("in use by this or another process");
        }
        DiskImages.open(DiskOptions.of(image)).close();
    }

    @Test
    void writerAndReaderExcludeEachOther() throws IOException {
        Path image = image();
        try (Disk writer = DiskImages.open(DiskOptions.of(image))) {
            assertThat(writer.isReadOnly()).isFalse();
            assertThatThrownBy(() -> DiskImages.open(DiskOptions.of(image).forReading()))
                    .hasMessageContaining("which may write to it");
        }
        try (Disk reader = DiskImages.open(DiskOptions.of(image).forReading())) {
            assertThat(reader.isReadOnly()).isTrue();
            assertThatThrownBy(() -> DiskImages.open(DiskOptions.of(image))).hasMessageContaining("in use");
        }
    }

    @Test
    void readersShare() throws IOException {
        Path image = image();
        try (Disk first = DiskImages.open(DiskOptions.of(image).forReading());
                Disk second = DiskImages.open(DiskOptions.of(image).forReading())) {
            assertThat(first.sizeBytes()).isEqualTo(second.sizeBytes());
        }
    }

    @Test
    void refusalNamesTheOtherProcess() throws Exception {
        Path image = image();
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                image.toString());
        Process other = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            String line = new String(other.getInputStream().readNBytes(7), StandardCharsets.US_ASCII);
            assertThat(line).isEqualTo("locked\n");
            assertThatThrownBy(() -> DiskImages.open(DiskOptions.of(image)))
                    .hasMessage("disk " + image + ": in use by process " + other.pid() + "; end that first");
            assertThatThrownBy(() -> DiskImages.open(DiskOptions.of(image).forReading()))
                    .hasMessage("disk " + image + ": in use by process " + other.pid()
                            + ", which may write to it; end that first");
        } finally {
            other.getOutputStream().close();
            assertThat(other.waitFor(60, TimeUnit.SECONDS))
                    .as("the other process ends within 60 s")
                    .isTrue();
        }
        DiskImages.open(DiskOptions.of(image)).close();
    }

    /** Another process that has the image until its standard input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (Disk disk = DiskImages.open(DiskOptions.of(Path.of(arguments[0])))) {
                System.out.println(disk.isReadOnly() ? "read" : "locked");
                int end = System.in.read();
                System.out.println(end);
            }
        }
    }
}
