package tuxloom.tests.differential;

import java.util.List;
import java.util.stream.IntStream;

/** Random ways out of a function: tail calls, and exceptions with somebody to catch them. All are mostly not taken. */
final class Departures {
    private static final int EMPTY = 0x40;
    private static final int TAG = 0;

    private final FunctionGenerator f;

    Departures(FunctionGenerator function) {
        this.f = function;
    }

    void emit() {
        switch (f.random.below(4)) {
            case 0 -> tailCall();
            case 1 -> indirectTailCall();
            case 2 -> throwing();
            default -> catching();
        }
    }

    private void beginUnlikely() {
        f.expression(Kind.I32);
        f.unlikely();
        f.out.bytes(0x04, EMPTY);
        f.enter(List.of());
    }

    private boolean hasSameResults(int function) {
        return signature(function).results().equals(f.results());
    }

    private Signature signature(int function) {
        return f.module.types.get(f.module.functions.get(function));
    }

    private void tailCall() {
        List<Integer> candidates = IntStream.range(2, f.module.functions.size())
                .filter(this::hasSameResults)
                .boxed()
                .toList();
        int function = f.random.oneOf(candidates);
        beginUnlikely();
        f.expressions(signature(function).parameters());
        f.out.bytes(0x12).u32(function);
        f.leave();
    }

    private void indirectTailCall() {
        List<Integer> candidates = IntStream.range(0, f.module.table.size())
                .filter(place -> f.module.table.get(place) > 1 && hasSameResults(f.module.table.get(place)))
                .boxed()
                .toList();
        if (candidates.isEmpty()) {
            tailCall();
            return;
        }
        int place = f.random.oneOf(candidates);
        int function = f.module.table.get(place);
        beginUnlikely();
        f.expressions(signature(function).parameters());
        f.i32(f.random.oneIn(10) ? f.random.below(RandomModule.TABLE_ELEMENTS) : place);
        f.out.bytes(0x13).u32(f.module.functions.get(function)).u32(0);
        f.leave();
    }

    private void throwing() {
        beginUnlikely();
        f.expression(Kind.I32);
        f.out.bytes(0x08, TAG);
        f.leave();
    }

    /** A block that takes what is caught, with a try_table in it. */
    private void catching() {
        boolean selective = f.random.oneIn(2);
        f.out.bytes(0x02, selective ? Kind.I32.code : EMPTY);
        f.enter(selective ? List.of(Kind.I32) : List.of());
        f.out.bytes(0x1F, EMPTY, 1);
        f.out.bytes(selective ? new int[] {0x00, TAG, 0} : new int[] {0x02, 0});
        f.enter(List.of());
        f.statement();
        throwing();
        f.statement();
        f.leave();
        if (selective) {
            f.i32(-1);
        }
        f.leave();
        if (selective) {
            f.out.bytes(0x24).u32(f.globalOf(Kind.I32));
        }
    }
}
