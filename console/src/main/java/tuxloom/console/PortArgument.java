package tuxloom.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.ConsoleDevice;
import tuxloom.virtio.ConsolePort;
import tuxloom.virtio.port.PortBackend;
import tuxloom.virtio.port.PortBackends;

/**
 * One {@code --port name=NAME,to=…} ({@link #SYNTAX}): a line between the guest and the host besides the console. A comma belongs to a
 * path unless a key and an equals sign follow it.
 *
 * @param name what the guest calls it
 * @param kind where it goes
 * @param path of a file or socket; null for the others
 */
record PortArgument(String name, Kind kind, @Nullable Path path) {
    static final String SYNTAX = "name=NAME,to=stdio|pty|file:PATH|socket:PATH";

    /** What a port may be connected to. */
    enum Kind {
        STDIO,
        PTY,
        FILE,
        SOCKET
    }

    /**
     * Reads all arguments.
     *
     * @param console whether the console is on the standard streams
     * @throws CommandFailure (bad argument) for the first that is wrong, or does not go with the others
     */
    static List<PortArgument> parse(List<String> arguments, boolean console) {
        if (arguments.size() > ConsoleDevice.MAX_PORTS) {
            throw CommandFailure.badArgument(
                    arguments.size() + " times --port; a guest has at most " + ConsoleDevice.MAX_PORTS + " ports");
        }
        var ports = new ArrayList<PortArgument>();
        var names = new HashSet<String>();
        var stdioTaken = console;
        for (var argument : arguments) {
            var port = parse(argument);
            if (!names.add(port.name)) {
                throw wrong(argument, "another port has the name '" + port.name + "' already");
            }
            if (port.kind == Kind.STDIO) {
                if (stdioTaken) {
                    throw wrong(
                            argument,
                            console
                                    ? "stdin and stdout are the console's; --no-console leaves them to a port"
                                    : "another port has stdin and stdout already");
                }
                stdioTaken = true;
            }
            ports.add(port);
        }
        return List.copyOf(ports);
    }

    private static PortArgument parse(String text) {
        String name = null;
        String to = null;
        for (var part : text.split(",(?=[A-Za-z_-]+=)", -1)) {
            var value = part.substring(part.indexOf('=') + 1);
            if (part.startsWith("name=") && name == null) {
                name = value;
            } else if (part.startsWith("to=") && to == null) {
                to = value;
            } else if (part.startsWith("name=") || part.startsWith("to=")) {
                throw wrong(text, "'" + part + "' is there twice");
            } else {
                throw wrong(text, "'" + part + "' is no option; write --port " + SYNTAX);
            }
        }
        if (name == null || to == null) {
            throw wrong(text, (name == null ? "name=" : "to=") + " is missing; write --port " + SYNTAX);
        }
        if (!ConsolePort.isName(name)) {
            throw wrong(
                    text,
                    "a name has 1 to 64 letters, digits, dots, dashes and underscores, and begins with neither dot nor"
                            + " dash nor underscore; not '" + name + "'");
        }
        return target(text, name, to);
    }

    private static PortArgument target(String text, String name, String to) {
        if (to.equals("stdio")) {
            return new PortArgument(name, Kind.STDIO, null);
        }
        if (to.equals("pty")) {
            return new PortArgument(name, Kind.PTY, null);
        }
        var colon = to.indexOf(':');
        var path = to.substring(colon + 1);
        var kind = switch (to.substring(0, Math.max(colon, 0))) {
            case "file" -> Kind.FILE;
            case "socket" -> Kind.SOCKET;
            default -> throw wrong(text, "a port cannot go to '" + to + "'; write --port " + SYNTAX);
        };
        if (path.isEmpty()) {
            throw wrong(text, "'" + to + "' names no path");
        }
        return new PortArgument(name, kind, Commands.path("--port " + text, path));
    }

    /**
     * Refuses to empty a file that this machine needs for something else.
     *
     * @param others what each file is, by path
     * @throws CommandFailure (bad argument) if this port's file is one of them
     */
    void checkApart(Map<Path, String> others) {
        var own = path;
        if (kind != Kind.FILE || own == null) {
            return;
        }
        others.forEach((other, what) -> {
            if (isSame(own, other)) {
                throw wrong(toString(), own + " is also " + what);
            }
        });
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            // One of them is not there yet.
            return one.toAbsolutePath()
                    .normalize()
                    .equals(other.toAbsolutePath().normalize());
        }
    }

    /**
     * Opens what the port goes to. Where users need to know, says what they can open.
     *
     * @param stdio what a port on the standard streams uses
     * @throws CommandFailure (bad argument) if it cannot be opened
     */
    ConsolePort open(PortBackend stdio, HostMessages messages) {
        try {
            return new ConsolePort(name, openBackend(stdio, messages));
        } catch (IOException e) {
            throw wrong(toString(), String.valueOf(e.getMessage()));
        }
    }

    private PortBackend openBackend(PortBackend stdio, HostMessages messages) throws IOException {
        var named = path;
        if (kind == Kind.STDIO) {
            return stdio;
        }
        if (named == null) {
            var pty = PortBackends.pty();
            messages.line("port " + name + " is " + pty.path());
            return pty.backend();
        }
        return kind == Kind.FILE ? PortBackends.file(named) : PortBackends.socket(named);
    }

    /** The argument, as it could have been written. */
    @Override
    public String toString() {
        var to = kind.name().toLowerCase(java.util.Locale.ROOT);
        return "name=" + name + ",to=" + (path == null ? to : to + ":" + path);
    }

    private static CommandFailure wrong(String text, String why) {
        return CommandFailure.badArgument("--port " + text + ": " + why);
    }
}
