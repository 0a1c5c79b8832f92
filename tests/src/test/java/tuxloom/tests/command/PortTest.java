package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --port} of the command. */
@Tag("boot")
class PortTest {
    @TempDir
    Path folder;

    @Test
    void aPortWithoutAConsoleHasTheStandardStreams() throws Exception {
        // A shell as the first process: it answers on the port what it reads there, and switches the machine off.
        var shell = "mount -t devtmpfs d /dev; exec 0</dev/null; exec 1>/dev/null; exec 2>/dev/null; "
                + "until [ -e /dev/vport0p1 ]; do sleep 0.1; done; exec 3<>/dev/vport0p1; "
                + "until read word <&3 && test $word; do sleep 0.1; done; echo got $word >&3; exec 3>&-; /bin/busybox poweroff -f";
        var run = Tuxloom.run(
                folder,
                "something\n",
                "boot",
                "--no-console",
                "--port",
                "name=data,to=stdio",
                "--append",
                "rdinit=/bin/sh -- -c \"" + shell + "\"");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output()).isEqualTo("got something\n");
    }

    @Test
    void theEndOfTheCommandRemovesItsSocket() throws Exception {
        var socket = folder.resolve("port.sock");
        try (var guest = Tuxloom.onTerminal(
                folder, "boot", "--port", "name=data,to=socket:" + socket, "--port", "name=line,to=pty")) {
            guest.await(Pattern.compile("tuxloom: port line is /dev/pts/[0-9]+"), 0, Tuxloom.LIMIT);
            Tuxloom.awaitPrompt(guest);
            assertThat(socket).exists();
            Tuxloom.line(guest, "cat /sys/class/virtio-ports/*/name", "^line$");
            Tuxloom.line(guest, "stty size", "^30 100$");
            var mark = guest.mark();
            guest.type("\u0001x");
            assertThat(guest.awaitExit(Tuxloom.LIMIT)).as(guest::output).isZero();
            assertThat(guest.output().substring(Math.min(mark, guest.output().length())))
                    .doesNotContain("input ends", "Exception");
        }
        assertThat(socket).doesNotExist();
    }
}
