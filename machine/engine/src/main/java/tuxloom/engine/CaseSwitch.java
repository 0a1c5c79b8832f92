package tuxloom.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Emits a branch table as a JVM switch, and in its cases what {@link CaseLocals} wants. */
final class CaseSwitch {
    private static final int INT = 0;

    private final StackControlEmitter control;
    private final FunctionEmitter emitter;
    private final ControlFrame[] cases;
    private final IdentityHashMap<ControlFrame, int[]> renewed = new IdentityHashMap<>();

    /** Where the index is kept for the cases; -1 if none needs it. */
    private int keySlot = -1;

    /**
     * @param targets the table's
     * @param cases the same, or its distinct targets; the last is the default
     * @param locals of each target, or null
     */
    CaseSwitch(StackControlEmitter control, ControlFrame[] targets, ControlFrame[] cases, int @Nullable [][] locals) {
        this.control = control;
        emitter = control.emitter;
        this.cases = cases;
        if (locals != null) {
            for (int i = 0; i < targets.length; i++) {
                if (locals[i].length > 0) {
                    renewed.put(targets[i], locals[i]);
                }
            }
            leaveUnique();
        }
    }

    /** A case that several indexes lead to does not know which it was. */
    private void leaveUnique() {
        Set<ControlFrame> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ControlFrame target : cases) {
            if (!seen.add(target)) {
                renewed.remove(target);
            }
        }
        renewed.remove(cases[cases.length - 1]);
    }

    /** Emits the switch; the index is on the stack. */
    void emit() {
        IdentityHashMap<ControlFrame, Label> detours = new IdentityHashMap<>();
        Label[] labels = new Label[cases.length];
        for (int i = 0; i < cases.length; i++) {
            ControlFrame target = cases[i];
            labels[i] = control.isDirect(target) && !renewed.containsKey(target)
                    ? target.target
                    : detours.computeIfAbsent(target, t -> new Label());
        }
        int extras = emitter.extraCount();
        int firstExtra = emitter.nextExtra();
        if (!renewed.isEmpty()) {
            keySlot = emitter.newExtra(Validator.I32);
            emitter.code.op(Jvm.DUP).store(INT, keySlot);
        }
        emitter.code.tableSwitch(labels);
        for (int i = 0; i < cases.length; i++) {
            Label detour = detours.remove(cases[i]);
            if (detour != null) {
                control.bind(detour);
                renew(i);
                control.branch(cases[i]);
                emitter.checkSize();
            }
        }
        emitter.releaseExtras(extras, firstExtra);
    }

    /**
     * Adds zero to the locals of a case, as the difference of the index and the number that it is here. It is an exclusive or, since C2
     * would take the case's number out of a sum, and compute the rest before the switch.
     */
    private void renew(int number) {
        int[] locals = renewed.get(cases[number]);
        if (locals == null) {
            return;
        }
        Bytecode code = emitter.code;
        code.load(INT, keySlot);
        code.pushInt(number);
        code.op(Jvm.IXOR).store(INT, keySlot);
        for (int local : locals) {
            int type = emitter.locals.type(local);
            if (type <= Validator.I64) {
                emitter.localGet(local);
                code.load(INT, keySlot);
                if (type == Validator.I64) {
                    code.op(Jvm.I2L).op(Jvm.LADD);
                } else {
                    code.op(Jvm.IADD);
                }
                emitter.localSet(local);
            }
        }
    }
}
