package tuxloom.tests.differential;

import java.util.ArrayList;
import java.util.List;

/** Writes the body of one random function: locals, then statements and expressions that always validate. */
final class FunctionGenerator {
    /** A function that is to be larger has as many statements as it takes. */
    static final int SMALL_FUNCTION = 160;

    private static final int MAXIMUM_DEPTH = 6;

    /** Addresses and offsets stay below, since the oracle adds them with 32 bits; the suite tests sums beyond 4 GiB. */
    private static final int FAR = 0x3FFF_FFFF;

    final WasmWriter out = new WasmWriter();
    final RandomModule module;
    final Randomness random;

    /** Kinds of parameters and locals. */
    final List<Kind> locals;

    private final int index;
    private final Signature signature;
    private final Expressions expressions = new Expressions(this);
    private final Statements statements = new Statements(this);

    /** What a branch to a label takes along, and whether it is one a careful function branches to without a condition. */
    private record Label(List<Kind> kinds, boolean harmless) {}

    /** The enclosing labels, innermost last. */
    private final List<Label> labels = new ArrayList<>();

    /** A large function would hardly be run to its end if every instruction could trap. */
    final boolean careful;

    private int budget;
    private int depth;

    FunctionGenerator(RandomModule module, Randomness random, int index) {
        this.module = module;
        this.random = random;
        this.index = index;
        this.budget = module.functionSize;
        this.careful = module.functionSize > SMALL_FUNCTION;
        this.signature = module.types.get(module.functions.get(index));
        this.locals = new ArrayList<>(signature.parameters());
    }

    byte[] generate() {
        int declared = random.below(6);
        // The last two locals hold floats while their NaNs are made canonical.
        out.u32(declared + 2);
        for (int i = 0; i < declared; i++) {
            Kind kind = random.kind();
            out.u32(1).bytes(kind.code);
            locals.add(kind);
        }
        out.u32(1).bytes(Kind.F32.code).u32(1).bytes(Kind.F64.code);
        burnFuel();
        labels.add(new Label(signature.results(), !careful));
        int statementsLeft = 1 + random.below(5);
        while (statementsLeft-- > 0 || budget > SMALL_FUNCTION) {
            statement();
        }
        expressions(signature.results());
        out.bytes(0x0B);
        return out.toByteArray();
    }

    /** Leaves one value of a kind on the stack. */
    void expression(Kind kind) {
        budget--;
        depth++;
        if (budget <= 0 || depth > MAXIMUM_DEPTH) {
            leaf(kind);
        } else {
            expressions.emit(kind);
        }
        depth--;
    }

    void expressions(List<Kind> kinds) {
        kinds.forEach(this::expression);
    }

    /** Leaves the stack as it is. */
    void statement() {
        budget--;
        depth++;
        if (budget > 0 && depth <= MAXIMUM_DEPTH) {
            statements.emit();
        }
        depth--;
    }

    void drop(int count) {
        for (int i = 0; i < count; i++) {
            out.bytes(0x1A);
        }
    }

    void leaf(Kind kind) {
        int local = localOf(kind);
        switch (random.below(3)) {
            case 0 -> constant(out, kind, random.bits(kind));
            case 1 -> out.bytes(0x23).u32(globalOf(kind));
            default -> {
                if (local >= 0) {
                    out.bytes(0x20).u32(local);
                } else {
                    constant(out, kind, random.bits(kind));
                }
            }
        }
    }

    static void constant(WasmWriter out, Kind kind, long bits) {
        out.bytes(kind.constant);
        switch (kind) {
            case I32, I64 -> out.s64(bits);
            case F32 -> out.fixed(bits, 4);
            case F64 -> out.fixed(bits, 8);
        }
    }

    void i32(int value) {
        constant(out, Kind.I32, value);
    }

    int globalOf(Kind kind) {
        return RandomModule.FIRST_GLOBAL + kind.position;
    }

    /** A random local of a kind, or -1. */
    int localOf(Kind kind) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < locals.size(); i++) {
            if (locals.get(i) == kind) {
                found.add(i);
            }
        }
        return found.isEmpty() ? -1 : random.oneOf(found);
    }

    /** Replaces a NaN on the stack by one that does not depend on the processor. */
    void canonicalNan(Kind kind) {
        int scratch = locals.size() + (kind == Kind.F32 ? 0 : 1);
        out.bytes(0x22).u32(scratch);
        constant(out, kind, kind == Kind.F32 ? 0x7FC0_0000L : 0x7FF8_0000_0000_0000L);
        out.bytes(0x20).u32(scratch).bytes(0x20).u32(scratch);
        out.bytes(kind == Kind.F32 ? 0x5B : 0x61, 0x1B);
    }

    /** Pays for a call or a round of a loop; traps when nothing is left. */
    void burnFuel() {
        out.bytes(0x23, RandomModule.FUEL_GLOBAL, 0x41, 1, 0x6B, 0x24, RandomModule.FUEL_GLOBAL);
        out.bytes(0x23, RandomModule.FUEL_GLOBAL, 0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0B);
    }

    /** Opens a block or if whose label takes {@code branchKinds}; the block type is written by the caller. */
    void enter(List<Kind> branchKinds) {
        labels.add(new Label(branchKinds, true));
    }

    /** Opens a loop, each of whose rounds costs fuel. */
    void enterLoop() {
        labels.add(new Label(List.of(), !careful));
        burnFuel();
    }

    void leave() {
        labels.removeLast();
        out.bytes(0x0B);
    }

    /** What a branch to a label takes along. */
    List<Kind> labelKinds(int label) {
        return labels.get(labels.size() - 1 - label).kinds();
    }

    /** Whether {@link #label} has one to offer. */
    boolean hasLabel() {
        return labels.stream().anyMatch(Label::harmless);
    }

    /** A random enclosing label. A careful function neither ends early nor runs in circles. */
    int label() {
        int label = random.below(labels.size());
        while (!labels.get(labels.size() - 1 - label).harmless()) {
            label = (label + 1) % labels.size();
        }
        return label;
    }

    /** Labels that take the same along as the given one. */
    List<Integer> labelsLike(int label) {
        List<Integer> alike = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(labels.size() - 1 - i).equals(labels.get(labels.size() - 1 - label))) {
                alike.add(i);
            }
        }
        return alike;
    }

    /** Whether to call a function: mostly only later ones are called, or else everything would be endless recursion. */
    boolean mayCall(int function) {
        return function == 0 || (careful ? function > index && random.oneIn(60) : function > index || random.oneIn(10));
    }

    /** Turns the condition on the stack into one that is mostly false. */
    void unlikely() {
        i32(7);
        out.bytes(0x71);
        i32(random.below(8));
        out.bytes(0x46);
    }

    List<Kind> results() {
        return signature.results();
    }

    /** An address that is mostly inside the memory; aligned to 8 on request. */
    void address(boolean aligned) {
        expression(Kind.I32);
        i32(!careful && random.oneIn(30) ? FAR : aligned ? 0x7FF8 : 0x7FF7);
        out.bytes(0x71);
    }

    /** Alignment and offset of an access; the offset is rarely absurd. */
    void memoryArgument(int alignment, int alignedTo) {
        int offset = !careful && random.oneIn(40)
                ? (int) random.bits(Kind.I32) & FAR
                : random.below(64 / alignedTo) * alignedTo;
        out.u32(alignment).u32(offset);
    }
}
