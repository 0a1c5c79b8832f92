package tuxloom.tests.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How to boot a guest with one of the hosts that are compared. */
record HostCommand(String name, List<String> command, Map<String, String> environment) {
    /** This project's own command, as a user starts it. */
    static HostCommand tuxloom(Path root, GuestImages images) {
        var command = new ArrayList<String>();
        command.add(root.resolve("scripts/tuxloom").toString());
        command.add("boot");
        command.addAll(guest(images));
        return new HostCommand(
                "tuxloom", command, Map.of("TUXLOOM_IMAGES", images.folder().toString()));
    }

    /** The Node host that the benchmarks carry. */
    static HostCommand node(Path root, GuestImages images) {
        var command = new ArrayList<>(
                List.of("node", root.resolve("tests/bench/node-host/boot.mjs").toString()));
        command.addAll(guest(images));
        return new HostCommand("node", command, Map.of());
    }

    private static List<String> guest(GuestImages images) {
        return List.of(
                "--kernel",
                images.kernel().toString(),
                "--initrd",
                images.initramfs().toString());
    }

    HostCommand with(String... options) {
        var longer = new ArrayList<>(command);
        longer.addAll(List.of(options));
        return new HostCommand(name, longer, environment);
    }

    /** The same without anything that an earlier process prepared. */
    HostCommand unprepared() {
        var more = new HashMap<>(environment);
        more.put("TUXLOOM_START", "off");
        return new HostCommand(name, command, more);
    }

    /** The same with its caches elsewhere. */
    HostCommand withCache(Path folder) {
        return withEnvironment("TUXLOOM_CACHE", folder.toString());
    }

    /** The same with an environment variable. */
    HostCommand withEnvironment(String variable, String value) {
        var more = new HashMap<>(environment);
        more.put(variable, value);
        return new HostCommand(name, command, more);
    }
}
