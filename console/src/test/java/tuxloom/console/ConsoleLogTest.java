package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    @TempDir
    Path folder;

    private final List<String> messages = new ArrayList<>();

    @Test
    void fileHoldsWhatWasPrintedAndNothingOlder() throws IOException {
        var file = Files.writeString(folder.resolve("log"), "of an earlier run, and longer");
        var log = ConsoleLog.open(file, messages::add);
        log.write("first and more".getBytes(StandardCharsets.US_ASCII), 6);
        log.write("second".getBytes(StandardCharsets.US_ASCII), 6);
        assertThat(file).hasContent("first second");
    }

    @Test
    void fileThatCannotBeMadeIsABadArgument() {
        assertThatThrownBy(() -> ConsoleLog.open(folder, messages::add))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void fullDiskIsSaidOnce() {
        var log = ConsoleLog.open(Path.of("/dev/full"), messages::add);
        log.write(new byte[10], 10);
        log.write(new byte[10], 10);
        assertThat(messages).singleElement().asString().contains("/dev/full");
    }
}
