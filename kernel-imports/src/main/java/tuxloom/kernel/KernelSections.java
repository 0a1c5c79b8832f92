package tuxloom.kernel;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tuxloom.engine.Module;

/**
 * The section table of kernels that have no linker script to make one (docs/host-abi.md, section 5): where the data segments lie
 * that hold tables of initcalls, parameters and the like. Our own kernel needs none.
 */
final class KernelSections {
    private static final String CUSTOM_SECTION = ".linux.sections";
    /** What is remembered of a kernel that has none; finding that out means to read the names of thousands of data segments. */
    private static final String NONE = "none";

    /** Compiled when a kernel is looked at that is not known yet. */
    private static final class Patterns {
        static final Pattern KEPT = Pattern.compile(
                "\\.initcall.*\\.init|__param|\\.con_initcall\\.init|\\.init\\.setup|\\.data\\.once|\\.data\\.\\.percpu.*");
        static final Pattern ENTRY =
                Pattern.compile("\\s*\"([^\"\\\\]+)\"\\s*:\\s*\\[\\s*(\\d{1,10})\\s*,\\s*(\\d{1,10})\\s*]\\s*");

        private Patterns() {}
    }

    private KernelSections() {}

    /** Returns the sections by name, none if the kernel says nothing about them. */
    static Map<String, LinuxDeviceTree.Range> of(Module kernel) throws LinuxMachineException {
        var custom = kernel.customSections(CUSTOM_SECTION);
        if (!custom.isEmpty()) {
            return parse(new String(custom.getFirst(), StandardCharsets.UTF_8));
        }
        if (NONE.equals(kernel.recalled(CUSTOM_SECTION))) {
            return Map.of();
        }
        if (kernel.startFunction() < 0 || kernel.dataSegments().stream().noneMatch(segment -> isKept(segment.name()))) {
            kernel.remember(CUSTOM_SECTION, NONE);
            return Map.of();
        }
        try {
            return named(kernel, InitMemoryReader.read(kernel.functionBody(kernel.startFunction())));
        } catch (InitMemoryReader.UnreadableException e) {
            throw new LinuxMachineException(
                    "the kernel's start function does not say where its data segments lie: it has " + e.getMessage(),
                    e);
        }
    }

    private static Map<String, LinuxDeviceTree.Range> named(Module kernel, Map<Integer, LinuxDeviceTree.Range> ranges) {
        Map<String, LinuxDeviceTree.Range> sections = new LinkedHashMap<>();
        var segments = kernel.dataSegments();
        for (int i = 0; i < segments.size(); i++) {
            var range = ranges.get(i);
            if (range != null && isKept(segments.get(i).name())) {
                sections.put(segments.get(i).name(), range);
            }
        }
        return sections;
    }

    private static boolean isKept(String name) {
        return Patterns.KEPT.matcher(name).matches();
    }

    /** Reads a JSON object whose members are arrays of an address and a size. */
    static Map<String, LinuxDeviceTree.Range> parse(String json) throws LinuxMachineException {
        var text = json.strip();
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw new LinuxMachineException("the kernel's section " + CUSTOM_SECTION + " is no JSON object");
        }
        Map<String, LinuxDeviceTree.Range> sections = new LinkedHashMap<>();
        var entries = Patterns.ENTRY.matcher(text).region(1, text.length() - 1);
        while (entries.lookingAt()) {
            var address = Long.parseLong(entries.group(2));
            var lengthBytes = Long.parseLong(entries.group(3));
            sections.put(entries.group(1), new LinuxDeviceTree.Range(address, lengthBytes));
            if (entries.end() == text.length() - 1) {
                return sections;
            }
            if (text.charAt(entries.end()) != ',') {
                break;
            }
            entries.region(entries.end() + 1, text.length() - 1);
        }
        if (text.substring(1, text.length() - 1).isBlank()) {
            return sections;
        }
        throw new LinuxMachineException("the kernel's section " + CUSTOM_SECTION
                + " has no \"name\": [address, size] at byte " + entries.regionStart());
    }
}
