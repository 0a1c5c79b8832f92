package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.virtio.port.PortBackends;

/** Lines between the real guest and the host besides the console. */
@Tag("boot")
class PortBootTest {
    private static final int MEGABYTES = 24;
    private static final int LIMIT_SECONDS = 120;

    @TempDir
    Path folder;

    private Path socket(String name) {
        return folder.resolve(name);
    }

    private static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static void send(SocketChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /**
     * What the guest's shell does to open a port as descriptor 3 and read the first line that comes. Until the guest has heard of the
     * other side, a port reads as if it were at its end.
     */
    private static String readLine(String port) {
        return "exec 3<>/dev/virtio-ports/" + port
                + "; until read line <&3 && test -n \"$line\"; do usleep 20000; done; ";
    }

    /** Reads until that many bytes or the end came. */
    private static byte[] read(SocketChannel from, int length) throws Exception {
        return within(length + " bytes of the guest", () -> {
            ByteBuffer into = ByteBuffer.allocate(length);
            while (into.hasRemaining() && from.read(into) >= 0) {
                // The rest is still to come.
            }
            return Arrays.copyOf(into.array(), into.position());
        });
    }

    private static <T> T within(String what, Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread.ofPlatform().daemon().name("port-reader").start(task);
        try {
            return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no " + what + " within " + LIMIT_SECONDS + " s", e);
        }
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void portsHaveNamesAndTheConsoleKeepsItsSize() throws Exception {
        try (GuestSession guest = GuestSession.with()
                .port("org.example.data", PortBackends.socket(socket("a")))
                .port("notes", PortBackends.file(folder.resolve("notes")))
                .boot()) {
            assertThat(guest.run("cat /sys/class/virtio-ports/*/name").ok()).isEqualTo("org.example.data\nnotes");
            assertThat(guest.run("for link in /dev/virtio-ports/*; do readlink $link; done")
                            .ok())
                    .isEqualTo("../vport0p2\n../vport0p1");
            assertThat(guest.run("echo noted > /dev/virtio-ports/notes").status())
                    .isZero();
            assertThat(guest.run("stty size").ok()).isEqualTo("50 2000");
            guest.type(
                    "trap 'echo resi''zed' WINCH; while ! stty size | grep -q '60 1500'; do sleep 0.05; done; echo se''en\n");
            guest.resize(1500, 60);
            guest.await("seen");
            guest.powerOff();
        }
        assertThat(folder.resolve("notes")).hasContent("noted");
        assertThat(socket("a")).doesNotExist();
    }

    @Test
    void clientsOfASocketComeAndGoAndTheGuestNotices() throws Exception {
        try (GuestSession guest = GuestSession.with()
                .port("data", PortBackends.socket(socket("a")))
                .boot()) {
            for (String word : new String[] {"first", "second"}) {
                try (SocketChannel client = connect(socket("a"))) {
                    send(client, word + "\n");
                    guest.type(readLine("data") + "echo answer to $line >&3\n");
                    String answer = "answer to " + word + "\n";
                    assertThat(new String(read(client, answer.length()), StandardCharsets.UTF_8))
                            .isEqualTo(answer);
                    send(client, "rest of " + word);
                }
                // The end of the client is an end of file for the guest, after everything that it sent.
                assertThat(guest.run("cat <&3; exec 3>&-").ok()).endsWith("rest of " + word);
            }
            guest.powerOff();
        }
    }

    @Test
    void terminalPassesBytesBothWays() throws Exception {
        PortBackends.Pty pty = PortBackends.pty();
        try (GuestSession guest =
                        GuestSession.with().port("line", pty.backend()).boot();
                RandomAccessFile user = new RandomAccessFile(pty.path().toFile(), "rw")) {
            guest.type(readLine("line") + "echo \"<$line>\" >&3\n");
            user.write("hello\n".getBytes(StandardCharsets.UTF_8));
            byte[] answer = within("answer on the terminal", () -> {
                byte[] bytes = new byte[8];
                user.readFully(bytes);
                return bytes;
            });
            assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo("<hello>\n");
            guest.run("exec 3>&-");
            guest.powerOff();
        }
    }

    @Test
    void noByteIsLostEitherWay() throws Exception {
        try (GuestSession guest = GuestSession.with()
                        .cpus(2)
                        .port("data", PortBackends.socket(socket("a")))
                        .boot();
                SocketChannel client = connect(socket("a"))) {
            byte[] sent = new byte[MEGABYTES << 20];
            new Random(4).nextBytes(sent);
            send(client, "ready\n");
            guest.type(readLine("data") + "dd bs=64k iflag=fullblock count=" + (MEGABYTES << 4)
                    + " of=/tmp/data <&3; echo go''t; cat /tmp/data >&3\n");
            ByteBuffer bytes = ByteBuffer.wrap(sent);
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
            byte[] received = read(client, sent.length);
            assertThat(received).hasSameSizeAs(sent);
            assertThat(sha256(received)).isEqualTo(sha256(sent));
            assertThat(guest.run("sha256sum < /tmp/data").ok()).contains(sha256(sent));
            guest.run("exec 3>&-");
            guest.powerOff();
        }
    }

    @Test
    void readerThatTakesNothingHoldsUpOnlyItsWriter() throws Exception {
        Path notes = folder.resolve("notes");
        try (GuestSession guest = GuestSession.with()
                        .port("slow", PortBackends.socket(socket("a")))
                        .port("notes", PortBackends.file(notes))
                        .boot();
                SocketChannel client = connect(socket("a"))) {
            // One CPU: a writer that spun would leave nothing to the shell.
            guest.type("seq 1 1000000 > /dev/virtio-ports/slow &\n");
            assertThat(guest.run("sleep 1; echo free; echo noted > /dev/virtio-ports/notes")
                            .ok())
                    .contains("free");
            assertThat(guest.run("awk '/^cpu /{print $5}' /proc/stat; sleep 1; awk '/^cpu /{print $5}' /proc/stat")
                            .ok()
                            .lines()
                            .mapToLong(Long::parseLong)
                            .reduce((before, after) -> after - before)
                            .orElseThrow())
                    .as("idle hundredths of the second in which the writer waited")
                    .isGreaterThan(50);
            assertThat(Files.readString(notes)).isEqualTo("noted\n");

            StringBuilder expected = new StringBuilder();
            for (int i = 1; i <= 1_000_000; i++) {
                expected.append(i).append('\n');
            }
            byte[] wanted = expected.toString().getBytes(StandardCharsets.US_ASCII);
            assertThat(read(client, wanted.length)).isEqualTo(wanted);
            guest.run("wait");
            guest.powerOff();
        }
    }
}
