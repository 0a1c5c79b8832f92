package tuxloom.engine;

import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * Emits the control structure of a function that is one JVM method: labels are the JVM's, operands stay on its stack.
 */
class StackControlEmitter extends ControlEmitter {
    final Bytecode code;
    private int[] spillSlots = new int[16];

    /** Where exceptions go that a delegate hands to the caller. */
    private final Label rethrow = new Label();

    private boolean rethrowUsed;

    /** A function with more locals than this does not jump to its own beginning, since all are to be zero there. */
    private static final int MAXIMUM_RESET_LOCALS = 64;

    /** Where a function that calls itself at its end goes. */
    private final Label entry = new Label();

    StackControlEmitter(FunctionEmitter emitter, FunctionType type) {
        super(emitter, type);
        code = emitter.code;
    }

    @Override
    boolean mayFuse() {
        return true;
    }

    @Override
    void jumpIf(int jvmJump, Label label) {
        code.jumpIf(jvmJump, label);
        if (code.hasWideJumps()) {
            frame();
        }
    }

    // Frames

    /** Writes the stack map frame of this place: all operands that are not spilled. */
    final void frame() {
        int[] types = new int[stack.height - base];
        int count = 0;
        for (int i = base; i < stack.height; i++) {
            int type = stack.types[i];
            if (count + 2 > types.length) {
                types = Arrays.copyOf(types, types.length * 2 + 2);
            }
            types[count++] = emitter.verificationType(type);
            if (type == Validator.V128) {
                types[count++] = StackMap.LONG;
            }
        }
        code.stackMap.frame(code.position(), types, count);
    }

    @Override
    void bind(Label label) {
        label.bind(code.position(), code.code);
        frame();
    }

    // Blocks

    @Override
    void open(ControlFrame frame) {
        frame.target = new Label();
        frame.otherwise = new Label();
        frame.base = base;
        frame.extras = emitter.extraCount();
        frame.firstExtra = emitter.nextExtra();
        ControlFrame around = stack.at(frame.level - 1);
        frame.inLoop = around.inLoop || around.opcode == Opcode.LOOP;
        switch (frame.opcode) {
            case Opcode.LOOP -> openLoop(frame);
            case Opcode.IF -> jumpIf(condition(false), frame.otherwise);
            case Opcode.TRY, Opcode.TRY_TABLE -> openTry(frame);
            default -> {}
        }
    }

    /**
     * A poll in each round keeps the JIT from most of what it does to loops. So where there may be many rounds between two polls, the
     * loop becomes two: an inner one of so many rounds, which the JIT can count, and one around it that polls.
     */
    private void openLoop(ControlFrame frame) {
        if (!emitter.polls.countsRounds()) {
            bind(frame.target);
            emitter.polls.inLoop();
            return;
        }
        if (!frame.inLoop) {
            emitter.polls.beforeLoop();
        }
        Label body = new Label();
        code.jump(body);
        // The loop's branches come here.
        bind(frame.target);
        emitter.polls.countRound();
        jumpIf(Jvm.IFGT, body);
        emitter.polls.inLoop();
        emitter.polls.startRounds();
        bind(body);
    }

    private void openTry(ControlFrame frame) {
        mayCatch = true;
        frame.handler = new Label();
        byte[] parameters = frame.shape.parameters();
        spillBelow(frame.height, parameters);
        frame.tryStart = code.position();
    }

    /** Moves all operands below {@code height} to extra locals; {@code above} are the types of those above. */
    private void spillBelow(int height, byte[] above) {
        if (height == base) {
            return;
        }
        if (spillSlots.length < height) {
            spillSlots = Arrays.copyOf(spillSlots, height * 2);
        }
        for (int i = base; i < height; i++) {
            spillSlots[i] = emitter.newExtra(stack.types[i]);
        }
        emitter.storeTemporaries(above);
        for (int i = height - 1; i >= base; i--) {
            code.storeValue(stack.types[i], spillSlots[i]);
        }
        emitter.loadTemporaries(above);
        base = height;
    }

    @Override
    void otherwise(ControlFrame frame, boolean live) {
        if (live) {
            code.jump(frame.target);
        }
        bind(frame.otherwise);
        frame.otherwise = new Label();
    }

    @Override
    boolean end(ControlFrame frame, boolean live) {
        boolean reached = live;
        if (frame.opcode != Opcode.LOOP) {
            if (frame.opcode == Opcode.IF) {
                // Without an else part, its label is here. The condition's jump always uses it.
                frame.otherwise.bind(code.position(), code.code);
                reached = true;
            }
            if (frame.target.isUsed()) {
                frame.target.bind(code.position(), code.code);
                reached = true;
            }
            if (frame.target.isUsed() || frame.opcode == Opcode.IF) {
                frame();
            }
        }
        return reached;
    }

    // Tail calls

    @Override
    void openTailCaller() {
        bind(entry);
        emitter.polls.inLoop();
    }

    @Override
    void returnCall(int function, int caller) {
        if (function != caller || emitter.locals.count() > MAXIMUM_RESET_LOCALS) {
            super.returnCall(function, caller);
            return;
        }
        int parameters = emitter.shape().parameters().length;
        for (int i = parameters - 1; i >= 0; i--) {
            emitter.localSet(i);
        }
        for (int i = stack.height - 1; i >= base; i--) {
            emitter.pop(stack.types[i]);
        }
        for (int i = parameters; i < emitter.locals.count(); i++) {
            emitter.pushZero(emitter.locals.type(i));
            emitter.localSet(i);
        }
        code.jump(entry);
    }

    @Override
    void returnTailCalled() {
        Signatures.returnResults(code, type);
    }

    @Override
    void returnPending() {
        Signatures.returnZero(code, type);
    }

    // Branches

    /** Says whether the JVM stack is as the target wants it. */
    boolean isDirect(ControlFrame target) {
        return !isReturn(target) && base == target.base && stack.height - target.labelTypes().length == target.height;
    }

    @Override
    void branch(ControlFrame target) {
        if (isReturn(target)) {
            Signatures.returnResults(code, type);
            return;
        }
        if (!isDirect(target)) {
            byte[] moved = target.labelTypes();
            int below = stack.height - moved.length;
            emitter.storeTemporaries(moved);
            int floor = Math.max(base, target.height);
            for (int i = below - 1; i >= floor; i--) {
                emitter.pop(stack.types[i]);
            }
            for (int i = target.base; i < Math.min(base, target.height); i++) {
                code.loadValue(stack.types[i], spillSlots[i]);
            }
            emitter.loadTemporaries(moved);
        }
        code.jump(target.target);
    }

    @Override
    void branchIf(ControlFrame target) {
        // C2 has a safepoint at each backward branch, which keeps the operands of a condition alive and unmerged with
        // it: so a
        // loop's branch is a plain jump.
        if (isDirect(target) && target.opcode != Opcode.LOOP) {
            jumpIf(condition(true), target.target);
            return;
        }
        Label skip = new Label();
        jumpIf(condition(false), skip);
        branch(target);
        bind(skip);
    }

    @Override
    void branchTable(ControlFrame[] targets, int tableOffset) {
        ControlFrame[] cases = condense(targets, tableOffset);
        IdentityHashMap<ControlFrame, Label> detours = new IdentityHashMap<>();
        Label[] labels = new Label[cases.length];
        for (int i = 0; i < cases.length; i++) {
            ControlFrame target = cases[i];
            labels[i] = isDirect(target) ? target.target : detours.computeIfAbsent(target, t -> new Label());
        }
        code.tableSwitch(labels);
        for (ControlFrame target : cases) {
            Label detour = detours.remove(target);
            if (detour != null) {
                bind(detour);
                branch(target);
                emitter.checkSize();
            }
        }
    }

    // Exceptions

    /** Ends a try's body or one of its clauses: puts results where code after the block wants them, and goes there. */
    private void leave(ControlFrame frame) {
        byte[] results = frame.shape.results();
        if (frame.height > frame.base) {
            emitter.storeTemporaries(results);
            for (int i = frame.base; i < frame.height; i++) {
                code.loadValue(stack.types[i], spillSlots[i]);
            }
            emitter.loadTemporaries(results);
        }
        code.jump(frame.target);
    }

    private void endBody(ControlFrame frame, boolean live, int classIndex) {
        int end = code.position();
        if (live) {
            leave(frame);
        }
        code.handler(frame.tryStart, end, frame.handler, classIndex);
    }

    private void beginHandler(ControlFrame frame) {
        code.bindHandler(frame.handler);
        code.stackMap.frame(code.position(), new int[] {emitter.verificationType(Validator.EXNREF)}, 1);
        frame.exceptionSlot = emitter.newExtra(Validator.EXNREF);
        code.store(FunctionEmitter.REFERENCE, frame.exceptionSlot);
    }

    @Override
    void loadException(ControlFrame frame) {
        code.load(FunctionEmitter.REFERENCE, frame.exceptionSlot);
    }

    @Override
    void catchClause(ControlFrame frame, boolean live, int tag) {
        if (frame.opcode == Opcode.TRY) {
            endBody(frame, live, exceptionClass());
            beginHandler(frame);
        } else {
            if (live) {
                leave(frame);
            }
            bind(frame.otherwise);
        }
        enterClause(frame, tag);
    }

    @Override
    void endTry(ControlFrame frame, boolean live) {
        switch (frame.opcode) {
            case Opcode.TRY -> {
                // No clauses: whatever is thrown passes.
                if (live) {
                    leave(frame);
                }
                passOn(frame);
            }
            case Opcode.CATCH_ALL -> {
                if (live) {
                    leave(frame);
                }
            }
            case Opcode.CATCH -> {
                if (live) {
                    leave(frame);
                }
                bind(frame.otherwise);
                loadException(frame);
                code.op(Jvm.ATHROW);
            }
            default -> endTryTable(frame, live);
        }
        closeTry(frame);
    }

    /** Gives a try without clauses a handler, if something inside delegates to it. */
    private void passOn(ControlFrame frame) {
        if (frame.handler.isUsed()) {
            code.bindHandler(frame.handler);
            code.stackMap.frame(code.position(), new int[] {emitter.verificationType(Validator.EXNREF)}, 1);
            code.op(Jvm.ATHROW);
        }
    }

    private void closeTry(ControlFrame frame) {
        base = frame.base;
        emitter.releaseExtras(frame.extras, frame.firstExtra);
    }

    @Override
    boolean afterTry(ControlFrame frame) {
        if (frame.target.isUsed()) {
            bind(frame.target);
            return true;
        }
        return false;
    }

    private void endTryTable(ControlFrame frame, boolean live) {
        endBody(frame, live, exceptionClass());
        beginHandler(frame);
        clauses(frame);
    }

    @Override
    void delegate(ControlFrame frame, boolean live, int targetDepth) {
        ControlFrame catcher = stack.at(targetDepth).catcher();
        rethrowUsed |= catcher == null;
        Label handler = catcher == null ? rethrow : catcher.handler;
        if (live) {
            leave(frame);
        }
        // What is delegated to this try goes on to where this one delegates.
        passOn(frame);
        code.handler(frame.tryStart, code.position(), handler, exceptionClass());
        closeTry(frame);
    }

    @Override
    void finish(boolean live) {
        if (live) {
            Signatures.returnResults(code, type);
        }
        if (rethrowUsed) {
            emitter.releaseExtras(0, emitter.nextExtra());
            code.bindHandler(rethrow);
            code.stackMap.frame(code.position(), new int[] {emitter.verificationType(Validator.EXNREF)}, 1);
            code.op(Jvm.ATHROW);
        }
    }
}
