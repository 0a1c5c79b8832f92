package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * Names of functions and data segments (core specification, appendix 7.4). Damaged parts are ignored. A kernel has more than ten
 * thousand, most of which nobody asks for, so what is kept is where they are.
 */
final class NameSection {
    private static final int FUNCTIONS = 1;
    private static final int DATA_SEGMENTS = 9;

    private final ModuleData module;

    /** The place of each name in the module, 0 where there is none. Made when the first is wanted: where nothing is compiled or traced, none is. */
    private volatile int @Nullable [] functions;

    private volatile int @Nullable [] dataSegments;

    NameSection(ModuleData module) {
        this.module = module;
    }

    /** Reads one subsection; the others are skipped. Threads that do so at the same time find the same. */
    private int[] read(int wanted, int count) {
        int[] found = new int[count];
        for (ModuleData.CustomSection section : module.customSections) {
            if (section.name().equals("name")) {
                read(new BinaryReader(module.bytes, section.start(), section.end()), wanted, found);
            }
        }
        return found;
    }

    private static void read(BinaryReader in, int wanted, int[] places) {
        try {
            while (!in.atEnd()) {
                int id = in.u8();
                int end = in.count("name subsection") + in.position;
                if (id == wanted) {
                    readMap(in, places);
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

    private static void readMap(BinaryReader in, int[] places) {
        int count = in.count("names");
        for (int i = 0; i < count; i++) {
            int index = in.index();
            int place = in.position;
            in.skip(in.count("name"));
            if (index < places.length) {
                places[index] = place;
            }
        }
    }

    private @Nullable String name(int[] places, int index) {
        int place = index < places.length ? places[index] : 0;
        try {
            return place == 0 ? null : new BinaryReader(module.bytes, place, module.bytes.length).name();
        } catch (InvalidModuleException e) {
            return null;
        }
    }

    /** Returns the function's name, or {@code funcN}. */
    String functionName(int index) {
        int[] known = functions;
        if (known == null) {
            known = read(FUNCTIONS, module.functionCount);
            functions = known;
        }
        String name = name(known, index);
        return name == null ? "func" + index : name;
    }

    /** Returns the segment's name, or nothing. */
    String dataSegmentName(int index) {
        int[] known = dataSegments;
        if (known == null) {
            known = read(DATA_SEGMENTS, module.data.size());
            dataSegments = known;
        }
        String name = name(known, index);
        return name == null ? "" : name;
    }
}
