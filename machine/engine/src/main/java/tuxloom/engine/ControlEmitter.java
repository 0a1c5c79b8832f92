package tuxloom.engine;

import java.util.Arrays;

/** Emits blocks, branches and exception handling of one function. */
final class ControlEmitter {
    private static final byte[] NONE = {};

    /** Branch tables with more cases go through a table of their distinct targets. */
    private static final int MAXIMUM_CASES = 1_000;

    private final FunctionEmitter emitter;
    private final Bytecode code;
    private final Validator stack;
    private final FunctionType type;

    /** Number of operands that are in spill slots now; those above are on the JVM's stack. */
    private int base;

    private int[] spillSlots = new int[16];

    /** A comparison whose operands are on the stack, and which the next instruction turns into a jump; 0 for none. */
    private int pendingComparison;

    private boolean pendingNegated;

    /** Where exceptions go that a delegate hands to the caller. */
    private final Label rethrow = new Label();

    private boolean rethrowUsed;

    ControlEmitter(FunctionEmitter emitter, FunctionType type) {
        this.emitter = emitter;
        this.code = emitter.code;
        this.stack = emitter.stack;
        this.type = type;
    }

    // Conditions

    /** Takes a comparison; {@code fuse} says that the next instruction is a conditional branch (or eqz and then one). */
    void comparison(int opcode, boolean fuse) {
        if (pendingComparison != 0) {
            pendingNegated = !pendingNegated;
        } else if (fuse) {
            pendingComparison = opcode;
            pendingNegated = false;
        } else {
            NumericOps.emit(opcode, code);
        }
    }

    /** Emits the test of the condition on the stack; returns the jump that is taken if it is {@code wanted}. */
    private int condition(boolean wanted) {
        int opcode = pendingComparison;
        pendingComparison = 0;
        if (opcode == 0) {
            return wanted ? Jvm.IFNE : Jvm.IFEQ;
        }
        return Comparisons.emit(code, opcode, wanted ^ pendingNegated);
    }

    private void jumpIf(int jvmJump, Label label) {
        code.jumpIf(jvmJump, label);
        if (code.hasWideJumps()) {
            frame();
        }
    }

    // Frames

    /** Writes the stack map frame of this place: all operands that are not spilled. */
    private void frame() {
        int count = stack.height - base;
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = emitter.verificationType(stack.types[base + i]);
        }
        code.stackMap.frame(code.position(), types, count);
    }

    private void bind(Label label) {
        label.bind(code.position(), code.code);
        frame();
    }

    // Blocks

    /** Called after validation opened a block. */
    void open(ControlFrame frame) {
        frame.target = new Label();
        frame.otherwise = new Label();
        frame.base = base;
        frame.extras = emitter.extraCount();
        frame.firstExtra = emitter.nextExtra();
        switch (frame.opcode) {
            case Opcode.LOOP -> {
                bind(frame.target);
                emitter.loadContext();
                code.invokeStatic(Members.POLL);
            }
            case Opcode.IF -> jumpIf(condition(false), frame.otherwise);
            case Opcode.TRY, Opcode.TRY_TABLE -> openTry(frame);
            default -> {}
        }
    }

    private void openTry(ControlFrame frame) {
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
            code.store(FunctionEmitter.kind(stack.types[i]), spillSlots[i]);
        }
        emitter.loadTemporaries(above);
        base = height;
    }

    /** Called for else, after validation pushed the parameters again. */
    void otherwise(ControlFrame frame, boolean live) {
        if (live) {
            code.jump(frame.target);
        }
        bind(frame.otherwise);
        frame.otherwise = new Label();
    }

    /**
     * Called for the end of a block, try blocks aside, after validation pushed the results.
     *
     * @return whether control gets here
     */
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

    // Branches

    private boolean isReturn(ControlFrame target) {
        return target == stack.at(0);
    }

    /** Says whether the JVM stack is as the target wants it. */
    private boolean isDirect(ControlFrame target) {
        return !isReturn(target) && base == target.base && stack.height - target.labelTypes().length == target.height;
    }

    /** Emits a branch; validation has the label's operands on its stack. */
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
                code.load(FunctionEmitter.kind(stack.types[i]), spillSlots[i]);
            }
            emitter.loadTemporaries(moved);
        }
        code.jump(target.target);
    }

    void branchIf(ControlFrame target) {
        if (isDirect(target)) {
            jumpIf(condition(true), target.target);
            return;
        }
        Label skip = new Label();
        jumpIf(condition(false), skip);
        branch(target);
        bind(skip);
    }

    /** Emits a branch table; the last target is the default, the index is on the JVM's stack and off validation's. */
    void branchTable(ControlFrame[] targets, int tableOffset) {
        ControlFrame[] cases = targets;
        if (targets.length > MAXIMUM_CASES) {
            // In the order of their first appearance, as BranchTables numbers them.
            cases = Arrays.stream(targets).distinct().toArray(ControlFrame[]::new);
            code.pushInt(tableOffset);
            emitter.loadContext();
            code.invokeStatic(BranchTables.LOOK_UP);
            cases = Arrays.copyOf(cases, cases.length + 1);
            cases[cases.length - 1] = cases[cases.length - 2];
        }
        java.util.IdentityHashMap<ControlFrame, Label> detours = new java.util.IdentityHashMap<>();
        Label[] labels = new Label[cases.length];
        for (int i = 0; i < cases.length; i++) {
            ControlFrame target = cases[i];
            labels[i] = isDirect(target) ? target.target : detours.computeIfAbsent(target, t -> new Label());
        }
        code.tableSwitch(labels);
        for (int i = 0; i < cases.length; i++) {
            Label detour = detours.remove(cases[i]);
            if (detour != null) {
                bind(detour);
                branch(cases[i]);
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
                code.load(FunctionEmitter.kind(stack.types[i]), spillSlots[i]);
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

    private int exceptionClass() {
        return code.pool.classRef("tuxloom/engine/WasmException");
    }

    private void beginHandler(ControlFrame frame) {
        code.bindHandler(frame.handler);
        code.stackMap.frame(code.position(), new int[] {emitter.verificationType(Validator.EXNREF)}, 1);
        frame.exceptionSlot = emitter.newExtra(Validator.EXNREF);
        code.store(FunctionEmitter.REFERENCE, frame.exceptionSlot);
    }

    private void loadException(ControlFrame frame) {
        code.load(FunctionEmitter.REFERENCE, frame.exceptionSlot);
    }

    /** Begins a catch clause; validation's stack is at the block's height. {@code tag} is -1 for catch_all. */
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
        frame.otherwise = new Label();
        if (tag >= 0) {
            testTag(frame, tag, frame.otherwise);
            pushPayload(frame, tag);
        }
    }

    private void testTag(ControlFrame frame, int tag, Label other) {
        loadException(frame);
        code.getField(Members.EXCEPTION_TAG);
        emitter.loadContext();
        code.getField(emitter.names.tagRef(code.pool, tag));
        jumpIf(Jvm.IF_ACMPNE, other);
    }

    private void pushPayload(ControlFrame frame, int tag) {
        FunctionType payload = emitter.names.module.tags.get(tag).function();
        if (payload.parameters().isEmpty()) {
            return;
        }
        loadException(frame);
        code.getField(Members.EXCEPTION_PAYLOAD);
        code.checkCast(Bundles.of(payload.parameters()).className());
        emitter.spread(payload.parameters());
    }

    /** Ends a try; validation's stack is at the block's height, without the results. */
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

    /** Binds a try's end; validation has pushed the results. Returns whether control gets here. */
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
        int[] clauses = frame.clauses;
        for (int i = 0; i < clauses.length; i += 3) {
            int kind = clauses[i];
            int tag = clauses[i + 1];
            Label next = new Label();
            boolean selective = kind < 2;
            byte[] payload = NONE;
            if (selective) {
                testTag(frame, tag, next);
                pushPayload(frame, tag);
                payload =
                        Shape.of(emitter.names.module.tags.get(tag).function()).parameters();
            }
            int height = stack.height;
            stack.push(payload);
            if ((kind & 1) != 0) {
                loadException(frame);
                stack.push(Validator.EXNREF);
            }
            // Depths count from outside of the try_table, which validation has closed.
            branch(stack.label(clauses[i + 2]));
            stack.dropTo(height);
            if (!selective) {
                return;
            }
            bind(next);
        }
        loadException(frame);
        code.op(Jvm.ATHROW);
    }

    /** Ends a try whose exceptions go to the try around {@code target}'s label, or to the caller. */
    void delegate(ControlFrame frame, boolean live, int targetDepth) {
        Label handler = rethrow;
        for (int depth = targetDepth; depth > 0; depth--) {
            if (stack.at(depth).isTryBody()) {
                handler = stack.at(depth).handler;
                break;
            }
        }
        rethrowUsed |= handler == rethrow;
        if (live) {
            leave(frame);
        }
        // What is delegated to this try goes on to where this one delegates.
        passOn(frame);
        code.handler(frame.tryStart, code.position(), handler, exceptionClass());
        closeTry(frame);
    }

    void throwTag(int tag) {
        FunctionType payload = emitter.names.module.tags.get(tag).function();
        if (payload.parameters().isEmpty()) {
            code.op(Jvm.ACONST_NULL);
        } else {
            emitter.bundle(payload.parameters());
        }
        emitter.loadContext();
        code.getField(emitter.names.tagRef(code.pool, tag));
        code.invokeStatic(Members.THROW);
        code.op(Jvm.ATHROW);
    }

    void throwReference() {
        code.invokeStatic(Members.CHECK_EXCEPTION);
        code.op(Jvm.ATHROW);
    }

    void rethrow(ControlFrame frame) {
        loadException(frame);
        code.op(Jvm.ATHROW);
    }

    void unreachable() {
        code.invokeStatic(Members.UNREACHABLE);
        code.op(Jvm.ATHROW);
    }

    /** Ends the function's body. */
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
