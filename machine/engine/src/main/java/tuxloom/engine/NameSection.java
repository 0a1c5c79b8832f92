package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** Names of functions and data segments (core specification, appendix 7.4). Damaged parts are ignored. */
final class NameSection {
    private static final int FUNCTIONS = 1;
    private static final int DATA_SEGMENTS = 9;

    private final ModuleData module;
    private volatile @Nullable Names names;

    /** The names by index. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Names(
            @Nullable String[] functions, @Nullable String[] dataSegments) {}

    NameSection(ModuleData module) {
        this.module = module;
    }

    /** Reads the section when the first name is wanted: where nothing is compiled or traced, none is. */
    private Names names() {
        Names known = names;
        if (known == null) {
            known = read();
            names = known;
        }
        return known;
    }

    private Names read() {
        @Nullable String[] functions = new @Nullable String[module.functionCount];
        @Nullable String[] dataSegments = new @Nullable String[module.data.size()];
        for (ModuleData.CustomSection section : module.customSections) {
            if (section.name().equals("name")) {
                read(new BinaryReader(module.bytes, section.start(), section.end()), functions, dataSegments);
            }
        }
        return new Names(functions, dataSegments);
    }

    private static void read(BinaryReader in, @Nullable String[] functions, @Nullable String[] dataSegments) {
        try {
            while (!in.atEnd()) {
                int id = in.u8();
                int end = in.count("name subsection") + in.position;
                if (id == FUNCTIONS) {
                    readMap(in, functions);
                } else if (id == DATA_SEGMENTS) {
                    readMap(in, dataSegments);
                }
                if (end < 0 || end > in.end) {
                    return;
                }
                in.position = end;
            }
        } catch (InvalidModuleException e) {
            // Names are for people only; a module with bad ones runs just as well.
        }
    }

    private static void readMap(BinaryReader in, @Nullable String[] names) {
        int count = in.count("names");
        for (int i = 0; i < count; i++) {
            int index = in.index();
            String name = in.name();
            if (index < names.length) {
                names[index] = name;
            }
        }
    }

    /** Returns the function's name, or {@code funcN}. */
    String functionName(int index) {
        @Nullable String[] functions = names().functions();
        String name = index < functions.length ? functions[index] : null;
        return name == null ? "func" + index : name;
    }

    /** Returns the segment's name, or nothing. */
    String dataSegmentName(int index) {
        String name = names().dataSegments()[index];
        return name == null ? "" : name;
    }
}
