package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** Names of functions and data segments (core specification, appendix 7.4). Damaged parts are ignored. */
final class NameSection {
    private static final int FUNCTIONS = 1;
    private static final int DATA_SEGMENTS = 9;

    private final ModuleData module;
    /** Read when the first name is wanted: where nothing is compiled or traced, none is. */
    private volatile @Nullable String @Nullable [] functions;

    private volatile @Nullable String @Nullable [] dataSegments;

    NameSection(ModuleData module) {
        this.module = module;
    }

    /** Reads one subsection; the others are skipped. Threads that do so at the same time find the same. */
    private @Nullable String[] read(int wanted, int count) {
        @Nullable String[] found = new @Nullable String[count];
        for (ModuleData.CustomSection section : module.customSections) {
            if (section.name().equals("name")) {
                read(new BinaryReader(module.bytes, section.start(), section.end()), wanted, found);
            }
        }
        return found;
    }

    private static void read(BinaryReader in, int wanted, @Nullable String[] names) {
        try {
            while (!in.atEnd()) {
                int id = in.u8();
                int end = in.count("name subsection") + in.position;
                if (id == wanted) {
                    readMap(in, names);
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
        @Nullable String[] known = functions;
        if (known == null) {
            known = read(FUNCTIONS, module.functionCount);
            functions = known;
        }
        String name = index < known.length ? known[index] : null;
        return name == null ? "func" + index : name;
    }

    /** Returns the segment's name, or nothing. */
    String dataSegmentName(int index) {
        @Nullable String[] known = dataSegments;
        if (known == null) {
            known = read(DATA_SEGMENTS, module.data.size());
            dataSegments = known;
        }
        String name = known[index];
        return name == null ? "" : name;
    }
}
