package tuxloom.virtio.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ports are connected to, with somebody at the other end. */
@Timeout(60)
class PortBackendsTest {
    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String read(PortBackend backend) throws IOException {
        byte[] into = new byte[100];
        int length = backend.read(into);
        return length < 0 ? "end" : new String(into, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static String read(SocketChannel client, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining() && client.read(into) >= 0) {
            // The rest is still to come.
        }
        return new String(into.array(), 0, into.position(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void socketServesOneClientAfterTheOther() throws IOException {
        Path path = folder.resolve("a.sock");
        try (PortBackend port = PortBackends.socket(path)) {
            for (String word : new String[] {"one", "two"}) {
                try (SocketChannel client = connect(path)) {
                    port.awaitPeer();
                    client.write(ByteBuffer.wrap(bytes(word)));
                    assertThat(read(port)).isEqualTo(word);
                    port.write(bytes("got it"), 6);
                    assertThat(read(client, 6)).isEqualTo("got it");
                }
                assertThat(read(port)).isEqualTo("end");
                port.dropPeer();
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void socketDropsWhatIsWrittenForNobody() throws IOException {
        Path path = folder.resolve("a.sock");
        try (PortBackend port = PortBackends.socket(path)) {
            port.write(bytes("lost"), 4);
            SocketChannel client = connect(path);
            port.awaitPeer();
            client.close();
            port.write(bytes("lost"), 4);
            port.write(bytes("lost"), 4);
            assertThat(read(port)).isEqualTo("end");
            port.dropPeer();
        }
    }

    @Test
    void closeEndsWhoeverWaitsAtASocket() throws Exception {
        PortBackend port = PortBackends.socket(folder.resolve("a.sock"));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> waitFor(port));
        port.close();
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void deadSocketIsReplacedAndALivingOneRefused() throws IOException {
        Path path = folder.resolve("a.sock");
        try (var dead = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (PortBackend port = PortBackends.socket(path)) {
            assertThatThrownBy(() -> PortBackends.socket(path))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use");
            assertThat(port).isNotNull();
        }
    }

    @Test
    void socketNeedsAFreeNameInAFolderThatIsThere() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path path :
                new Path[] {file, folder, folder.resolve("none").resolve("a"), folder.resolve("x".repeat(120))}) {
            assertThatThrownBy(() -> PortBackends.socket(path))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(path.toString());
        }
        assertThat(file).exists();
    }

    @Test
    void fileIsEmptiedAndGetsTheOutput() throws IOException {
        Path path = Files.writeString(folder.resolve("out"), "old");
        try (PortBackend port = PortBackends.file(path)) {
            port.awaitPeer();
            port.write(bytes("new content"), 3);
            assertThatThrownBy(() -> PortBackends.file(path)).hasMessageContaining("in use");
        }
        assertThat(path).hasContent("new");
    }

    @Test
    void onlyRegularFilesAreWritten() {
        for (Path path :
                new Path[] {folder, Path.of("/dev/full"), folder.resolve("none").resolve("out")}) {
            assertThatThrownBy(() -> PortBackends.file(path))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(path.toString());
        }
    }

    @Test
    void terminalPassesEveryByteAndNoticesWhoComesAndGoes() throws IOException {
        PortBackends.Pty pty = PortBackends.pty();
        try (PortBackend port = pty.backend()) {
            port.write(bytes("for nobody"), 10);
            for (String word : new String[] {"\3\r\n\4one", "two"}) {
                try (RandomAccessFile user = new RandomAccessFile(pty.path().toFile(), "rw")) {
                    port.awaitPeer();
                    user.write(bytes(word));
                    assertThat(read(port)).isEqualTo(word);
                    port.write(bytes("a\r\n\3b"), 5);
                    byte[] seen = new byte[5];
                    user.readFully(seen);
                    assertThat(seen).isEqualTo(bytes("a\r\n\3b"));
                    user.write(bytes("bye"));
                }
                assertThat(read(port)).isEqualTo("bye");
                assertThat(read(port)).isEqualTo("end");
                port.dropPeer();
            }
        }
    }

    @Test
    void closeEndsWhoeverWaitsAtATerminal() throws Exception {
        PortBackends.Pty pty = PortBackends.pty();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> waitFor(pty.backend()));
        pty.backend().close();
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void closeEndsAWriteThatATerminalDoesNotTake() throws Exception {
        PortBackends.Pty pty = PortBackends.pty();
        try (RandomAccessFile user = new RandomAccessFile(pty.path().toFile(), "rw")) {
            pty.backend().awaitPeer();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    pty.backend().write(new byte[1 << 20], 1 << 20);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            byte[] first = new byte[1000];
            user.readFully(first);
            pty.backend().close();
            assertThat(writing.get(60, TimeUnit.SECONDS)).isNull();
        }
    }

    private static void waitFor(PortBackend port) {
        try {
            port.awaitPeer();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
