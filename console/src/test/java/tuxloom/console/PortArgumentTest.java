package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tuxloom.console.PortArgument.Kind;

/** What {@code --port} means; what it refuses is in {@link MainTest}. */
class PortArgumentTest {
    @Test
    void everyKindIsUnderstoodInEitherOrder() {
        var ports = PortArgument.parse(
                List.of(
                        "name=one,to=pty",
                        "to=stdio,name=two.2",
                        "name=three,to=file:/tmp/a,b",
                        "to=socket:relative/s:1,name=four"),
                false);

        assertThat(ports)
                .containsExactly(
                        new PortArgument("one", Kind.PTY, null),
                        new PortArgument("two.2", Kind.STDIO, null),
                        new PortArgument("three", Kind.FILE, Path.of("/tmp/a,b")),
                        new PortArgument("four", Kind.SOCKET, Path.of("relative/s:1")));
        assertThat(ports.getLast()).hasToString("name=four,to=socket:relative/s:1");
    }

    @Test
    void portsTakeInterruptLinesFromDisks() {
        assertThat(InterruptLines.forDisks(0)).isEqualTo(48);
        assertThat(InterruptLines.forDisks(1)).isEqualTo(48);
        assertThat(InterruptLines.forDisks(15)).isEqualTo(26);
    }
}
