package tuxloom.engine;

import java.util.List;

/** Emits blocks, branches and exception handling of one function, as validation walks over them. */
abstract class ControlEmitter {
    /** Branch tables with more cases go through a table of their distinct targets. */
    private static final int MAXIMUM_CASES = 1_000;

    static final byte[] NONE = {};

    final FunctionEmitter emitter;
    final Validator stack;
    final FunctionType type;

    /** Number of operands that are not on the JVM's stack, but in extra locals or in memory; those above are on it. */
    int base;

    /** A comparison whose operands are on the stack, and which the next instruction turns into a jump; 0 for none. */
    private int pendingComparison;

    private boolean pendingNegated;

    /** Whether there has been a try: its handler must not see what a tail call throws. */
    boolean mayCatch;

    ControlEmitter(FunctionEmitter emitter, FunctionType type) {
        this.emitter = emitter;
        this.stack = emitter.stack;
        this.type = type;
    }

    final Bytecode code() {
        return emitter.code;
    }

    // Conditions

    /** Takes a comparison; {@code fuse} says that the next instruction is a conditional branch (or eqz and then one). */
    final void comparison(int opcode, boolean fuse) {
        if (pendingComparison != 0) {
            pendingNegated = !pendingNegated;
        } else if (fuse && mayFuse()) {
            pendingComparison = opcode;
            pendingNegated = false;
        } else {
            NumericOps.emit(opcode, code());
        }
    }

    /** Says whether a jump may follow the operands of a comparison directly. */
    abstract boolean mayFuse();

    final boolean isComparisonPending() {
        return pendingComparison != 0;
    }

    /** Emits the test of the condition on the stack; returns the jump that is taken if it is {@code wanted}. */
    final int condition(boolean wanted) {
        int opcode = pendingComparison;
        pendingComparison = 0;
        if (opcode == 0) {
            return wanted ? Jvm.IFNE : Jvm.IFEQ;
        }
        return Comparisons.emit(code(), opcode, wanted ^ pendingNegated);
    }

    // Blocks

    /** Called after validation opened a block. */
    abstract void open(ControlFrame frame);

    /** Called for else, after validation pushed the parameters again. */
    abstract void otherwise(ControlFrame frame, boolean live);

    /**
     * Called for the end of a block, try blocks aside, after validation pushed the results.
     *
     * @return whether control gets here
     */
    abstract boolean end(ControlFrame frame, boolean live);

    /** Called between instructions, dead ones too. */
    void boundary() {}

    /** Ends the function's body. */
    abstract void finish(boolean live);

    // Branches

    final boolean isReturn(ControlFrame target) {
        return target == stack.at(0);
    }

    /** Emits a branch; validation has the label's operands on its stack. */
    abstract void branch(ControlFrame target);

    abstract void branchIf(ControlFrame target);

    /** Emits a branch table; the last target is the default, the index is on the JVM's stack and off validation's. */
    abstract void branchTable(ControlFrame[] targets, int tableOffset);

    /** Replaces the index of a table that is too large by the number of a distinct target; returns the cases left. */
    final ControlFrame[] condense(ControlFrame[] targets, int tableOffset) {
        if (targets.length <= MAXIMUM_CASES) {
            return targets;
        }
        // In the order of their first appearance, as BranchTables numbers them.
        List<ControlFrame> distinct = List.copyOf(new java.util.LinkedHashSet<>(List.of(targets)));
        code().pushInt(tableOffset);
        emitter.loadContext();
        code().invokeStatic(BranchTables.LOOK_UP);
        ControlFrame[] cases = distinct.toArray(new ControlFrame[distinct.size() + 1]);
        cases[distinct.size()] = distinct.getLast();
        return cases;
    }

    // Tail calls

    /** Called at the beginning of a function that makes tail calls. */
    void openTailCaller() {}

    /** Emits a tail call of a function; validation has taken the arguments off its stack. */
    void returnCall(int function, int caller) {
        ModuleData module = emitter.names.module;
        if (!mayCatch && function >= module.importedFunctions && !module.isTailCaller(function)) {
            // It comes back without another tail call, so a plain call deepens the stack by no more than one frame.
            emitter.call(function);
            returnTailCalled();
            return;
        }
        bundleArguments(module.functionTypes[function]);
        code().pushInt(function);
        emitter.loadContext();
        code().invokeStatic(TailCalls.PEND);
        returnPending();
    }

    final void returnCallIndirect(int calledType, int table) {
        Signature signature = Signatures.of(emitter.names.module.types.get(calledType));
        emitter.loadTable(table);
        code().invokeStatic(code().pool.method(signature.className(), "at", signature.atDescriptor()));
        int target = emitter.slotBeyond(emitter.names.shape(calledType).parameters());
        code().store(FunctionEmitter.REFERENCE, target);
        bundleArguments(calledType);
        code().load(FunctionEmitter.REFERENCE, target);
        emitter.loadContext();
        code().invokeStatic(TailCalls.PEND_REFERENCE);
        returnPending();
    }

    private void bundleArguments(int calledType) {
        List<ValueType> parameters = emitter.names.module.types.get(calledType).parameters();
        if (parameters.isEmpty()) {
            code().op(Jvm.ACONST_NULL);
        } else {
            emitter.bundle(parameters);
        }
    }

    /** Returns from the function with the results on the JVM's stack. */
    abstract void returnTailCalled();

    /** Returns from the function with nothing that counts. */
    abstract void returnPending();

    // Exceptions

    /** Begins a catch clause; validation's stack is at the block's height. {@code tag} is -1 for catch_all. */
    abstract void catchClause(ControlFrame frame, boolean live, int tag);

    /** Ends a try; validation's stack is at the block's height, without the results. */
    abstract void endTry(ControlFrame frame, boolean live);

    /** Binds a try's end; validation has pushed the results. Returns whether control gets here. */
    abstract boolean afterTry(ControlFrame frame);

    /** Ends a try whose exceptions go to the try around {@code targetDepth}'s label, or to the caller. */
    abstract void delegate(ControlFrame frame, boolean live, int targetDepth);

    abstract void loadException(ControlFrame frame);

    /** Emits a conditional jump to a label of this method. */
    abstract void jumpIf(int jvmJump, Label label);

    final int exceptionClass() {
        return code().pool.classRef("tuxloom/engine/WasmException");
    }

    /** Begins a catch clause: lets exceptions of its tag in; a negative one stands for every tag. */
    final void enterClause(ControlFrame frame, int tag) {
        frame.otherwise = new Label();
        if (tag >= 0) {
            testTag(frame, tag, frame.otherwise);
            pushPayload(frame, tag);
        }
    }

    final void testTag(ControlFrame frame, int tag, Label other) {
        loadException(frame);
        code().getField(Members.EXCEPTION_TAG);
        emitter.loadContext();
        code().getField(emitter.names.tagRef(code().pool, tag));
        jumpIf(Jvm.IF_ACMPNE, other);
    }

    final void pushPayload(ControlFrame frame, int tag) {
        FunctionType payload = emitter.names.module.tags.get(tag).function();
        if (payload.parameters().isEmpty()) {
            return;
        }
        loadException(frame);
        code().getField(Members.EXCEPTION_PAYLOAD);
        code().checkCast(Bundles.of(payload.parameters()).className());
        emitter.spread(payload.parameters());
    }

    final byte[] payloadTypes(int tag) {
        return Shape.of(emitter.names.module.tags.get(tag).function()).parameters();
    }

    /** Tests the clauses of a try_table, whose exception is stored, one after the other. */
    final void clauses(ControlFrame frame) {
        int[] clauses = frame.clauses;
        for (int i = 0; i < clauses.length; i += 3) {
            int kind = clauses[i];
            Label next = new Label();
            boolean selective = kind < 2;
            byte[] payload = NONE;
            if (selective) {
                testTag(frame, clauses[i + 1], next);
                pushPayload(frame, clauses[i + 1]);
                payload = payloadTypes(clauses[i + 1]);
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
        code().op(Jvm.ATHROW);
    }

    /** Binds a label, and writes the frame of this place. */
    abstract void bind(Label label);

    final void throwTag(int tag) {
        FunctionType payload = emitter.names.module.tags.get(tag).function();
        if (payload.parameters().isEmpty()) {
            code().op(Jvm.ACONST_NULL);
        } else {
            emitter.bundle(payload.parameters());
        }
        emitter.loadContext();
        code().getField(emitter.names.tagRef(code().pool, tag));
        code().invokeStatic(Members.THROW);
        code().op(Jvm.ATHROW);
    }

    final void throwReference() {
        code().invokeStatic(Members.CHECK_EXCEPTION);
        code().op(Jvm.ATHROW);
    }

    final void rethrow(ControlFrame frame) {
        loadException(frame);
        code().op(Jvm.ATHROW);
    }

    final void unreachable() {
        code().invokeStatic(Members.UNREACHABLE);
        code().op(Jvm.ATHROW);
    }
}
