package tuxloom.tests.differential;

import java.util.ArrayList;
import java.util.List;

/**
 * A random valid module: it imports {@code host.mix}, exports its functions as {@code f0}…, its memory and globals, and
 * {@code refuel}. Every loop round and every call costs fuel and traps without it, so each call ends.
 */
final class RandomModule {
    static final Signature MIX = new Signature(List.of(Kind.I32, Kind.I64, Kind.F32, Kind.F64), List.of(Kind.I32));
    static final Signature REFUEL = new Signature(List.of(Kind.I32), List.of());
    static final int TABLE_ELEMENTS = 12;
    static final int FUEL_GLOBAL = 0;

    /** Mutable globals, one per kind, in the order of {@link Kind}, follow the fuel. */
    static final int FIRST_GLOBAL = 1;

    static final int DATA_BYTES = 64;

    private static final int MAXIMUM_PAGES = 3;

    /** Types of functions and blocks; the first two are those of {@code mix} and {@code refuel}. */
    final List<Signature> types = new ArrayList<>(List.of(MIX, REFUEL));

    /** Index into {@link #types} of each function, {@code mix} and {@code refuel} first. */
    final List<Integer> functions = new ArrayList<>(List.of(0, 1));

    /** The functions that the table holds at first; its last places are null. */
    final List<Integer> table = new ArrayList<>();

    final boolean shared;

    /** Roughly how many expressions and statements a function has. */
    final int functionSize;

    private final Randomness random;

    RandomModule(Randomness random, int functionSize) {
        this.functionSize = functionSize;
        this.random = random;
        shared = random.oneIn(2);
        for (int i = 2 + random.below(5); i >= 0; i--) {
            types.add(new Signature(kinds(random.below(4)), kinds(random.oneIn(4) ? random.below(4) : 1)));
        }
        for (int i = 2 + random.below(4); i >= 0; i--) {
            functions.add(2 + random.below(types.size() - 2));
        }
        for (int i = 0; i < TABLE_ELEMENTS - 3; i++) {
            table.add(random.below(functions.size()));
        }
    }

    /** How many functions are exported as {@code f0}…. */
    int exportedFunctions() {
        return functions.size() - 2;
    }

    Signature signature(int exportedFunction) {
        return types.get(functions.get(exportedFunction + 2));
    }

    private List<Kind> kinds(int count) {
        List<Kind> kinds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            kinds.add(random.kind());
        }
        return kinds;
    }

    byte[] encode() {
        WasmWriter module = new WasmWriter().fixed(0x1_6D73_6100L, 8);
        WasmWriter typeSection = new WasmWriter().u32(types.size());
        types.forEach(type -> typeSection.raw(type.encode()));
        module.section(1, typeSection);
        module.section(2, new WasmWriter().u32(1).name("host").name("mix").bytes(0x00, 0));
        WasmWriter functionSection = new WasmWriter().u32(functions.size() - 1);
        functions.stream().skip(1).forEach(functionSection::u32);
        module.section(3, functionSection);
        module.section(4, new WasmWriter().u32(1).bytes(0x70, 0x00, TABLE_ELEMENTS));
        module.section(5, new WasmWriter().u32(1).bytes(shared ? 0x03 : 0x01, 1, MAXIMUM_PAGES));
        // One tag, with the parameters of refuel.
        module.section(13, new WasmWriter().u32(1).bytes(0x00, 1));
        module.section(6, globals());
        module.section(7, exports());
        module.section(9, elements());
        module.section(12, new WasmWriter().u32(2));
        module.section(10, code());
        module.section(11, data());
        return module.toByteArray();
    }

    private WasmWriter globals() {
        WasmWriter section = new WasmWriter().u32(1 + Kind.values().length);
        section.bytes(Kind.I32.code, 1, Kind.I32.constant, 0, 0x0B);
        for (Kind kind : Kind.values()) {
            section.bytes(kind.code, 1);
            FunctionGenerator.constant(section, kind, random.bits(kind));
            section.bytes(0x0B);
        }
        return section;
    }

    private WasmWriter exports() {
        WasmWriter section = new WasmWriter().u32(2 + Kind.values().length + exportedFunctions());
        section.name("memory").bytes(0x02, 0);
        section.name("refuel").bytes(0x00, 1);
        for (Kind kind : Kind.values()) {
            section.name("global" + kind).bytes(0x03, FIRST_GLOBAL + kind.position);
        }
        for (int i = 0; i < exportedFunctions(); i++) {
            section.name("f" + i).bytes(0x00).u32(i + 2);
        }
        return section;
    }

    /** An active segment, a passive one, and one that declares all functions for {@code ref.func}. */
    private WasmWriter elements() {
        WasmWriter section = new WasmWriter().u32(3);
        section.bytes(0x00, Kind.I32.constant, 0, 0x0B).u32(table.size());
        table.forEach(section::u32);
        section.bytes(0x01, 0x00).u32(4);
        for (int i = 0; i < 4; i++) {
            section.u32(random.below(functions.size()));
        }
        section.bytes(0x03, 0x00).u32(functions.size());
        for (int i = 0; i < functions.size(); i++) {
            section.u32(i);
        }
        return section;
    }

    private WasmWriter code() {
        WasmWriter section = new WasmWriter().u32(functions.size() - 1);
        section.vector(
                new WasmWriter().bytes(0, 0x20, 0, 0x24, FUEL_GLOBAL, 0x0B).toByteArray());
        for (int i = 0; i < exportedFunctions(); i++) {
            section.vector(new FunctionGenerator(this, random, i + 2).generate());
        }
        return section;
    }

    /** An active segment and a passive one. */
    private WasmWriter data() {
        WasmWriter section = new WasmWriter().u32(2);
        section.bytes(0x00, Kind.I32.constant, 16, 0x0B).vector(randomBytes());
        section.bytes(0x01).vector(randomBytes());
        return section;
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[DATA_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.below(256);
        }
        return bytes;
    }
}
