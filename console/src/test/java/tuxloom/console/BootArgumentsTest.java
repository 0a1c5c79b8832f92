package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BootArgumentsTest {
    @Test
    void plainArgumentsMeanWhatPicocliUnderstands() {
        String[] given = {
            "boot",
            "--cpus",
            "2",
            "--memory=1G",
            "--disk",
            "a.img,ro",
            "--disk=b.img",
            "--append",
            "quiet",
            "--append=a b=c",
            "--port",
            "name=a,to=pty",
            "--port=name=b,to=socket:/tmp/b",
            "-v"
        };

        var plain = BootArguments.plain(given).orElseThrow();
        var parsed = BootArguments.of(
                new CommandLine(Commands.tuxloom()).parseArgs(given).subcommand());
        for (var option : List.of("--cpus", "--memory", "--kernel", "--initrd")) {
            assertThat(plain.value(option)).as(option).isEqualTo(parsed.value(option));
        }
        for (var option : List.of("--disk", "--append", "--port")) {
            assertThat(plain.all(option)).as(option).isEqualTo(parsed.all(option));
        }
        assertThat(plain.has("-v")).isTrue();
        assertThat(plain.has("--no-console")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cache",
                "--help",
                "boot --help",
                "boot --cpus",
                "boot --cpus 1 --cpus 2",
                "boot --cpu 1",
                "boot --disk=",
                "boot --append -v",
                "boot --append \"quiet\"",
                "boot -v=true",
                "boot -v -v",
                "boot kernel.wasm"
            })
    void whateverIsNotPlainIsLeftToPicocli(String line) {
        assertThat(BootArguments.plain(line.split(" "))).isEmpty();
    }
}
