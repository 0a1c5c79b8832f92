package tuxloom.engine;

import java.util.Arrays;
import java.util.IdentityHashMap;

/** Emits a branch table of a {@link LargeFunction}: as a number that the dispatcher goes on with, or as a switch. */
final class LargeSwitch {
    private final LargeControlEmitter control;
    private final LargeFunction function;

    /** The labels of targets that have to move operands first. */
    private final IdentityHashMap<ControlFrame, Label> detours = new IdentityHashMap<>();

    LargeSwitch(LargeControlEmitter control, LargeFunction function) {
        this.control = control;
        this.function = function;
    }

    /** Emits the table; the index is on the stack, all operands are in the frame. */
    void emit(ControlFrame[] targets, int tableOffset) {
        Bytecode code = control.code();
        ControlFrame[] cases = targets;
        int first = function.numberTable(labels(targets));
        if (first >= 0) {
            code.pushInt(targets.length - 1);
            code.pushInt(first);
            code.invokeStatic(BranchTables.NUMBER);
            code.op(Jvm.IRETURN);
            control.nextPart();
        } else {
            cases = control.condense(targets, tableOffset);
            code.tableSwitch(Arrays.stream(labels(cases)).map(function::local).toArray(Label[]::new));
        }
        for (ControlFrame target : cases) {
            Label detour = detours.remove(target);
            if (detour != null) {
                control.bind(detour);
                control.branchFromFrame(target);
            }
        }
    }

    private Label[] labels(ControlFrame[] cases) {
        return Arrays.stream(cases)
                .map(target ->
                        control.isDirect(target) ? target.target : detours.computeIfAbsent(target, t -> new Label()))
                .toArray(Label[]::new);
    }
}
