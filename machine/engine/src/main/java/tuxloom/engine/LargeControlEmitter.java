package tuxloom.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Emits the control structure of a {@link LargeFunction}. At every label, the JVM's stack is empty: all operands are in
 * the frame. Those taken later are loaded again when validation takes them.
 */
final class LargeControlEmitter extends ControlEmitter {
    private final LargeFunctionEmitter large;
    private final LargeFunction function;

    /** Try blocks whose bodies are open, outermost first. */
    private final List<ControlFrame> openTries = new ArrayList<>();

    /** Operands when the current instruction began; the JVM has those from {@link #base} on. */
    private int heightBefore;

    LargeControlEmitter(LargeFunctionEmitter emitter, FunctionType type, LargeFunction function) {
        super(emitter, type);
        large = emitter;
        this.function = function;
        stack.onReload(this::reload);
    }

    void begin(Label start) {
        bind(start);
    }

    @Override
    boolean mayFuse() {
        return false;
    }

    // Operands

    private void setBase(int operand) {
        base = operand;
        stack.floor = operand;
        function.operandPlaces = Math.max(function.operandPlaces, operand + 1);
    }

    /** Loads the operands from {@code lowest} up to the base, below those that the JVM has. */
    private void reload(int lowest) {
        byte[] above = Arrays.copyOfRange(stack.types, base, Math.max(base, heightBefore));
        large.storeTemporaries(above);
        for (int i = lowest; i < base; i++) {
            large.loadOperand(stack.types[i], i);
        }
        large.loadTemporaries(above);
        setBase(lowest);
    }

    /** Moves all operands to the frame. */
    private void flush() {
        for (int i = stack.height - 1; i >= base; i--) {
            large.storeOperand(stack.types[i], i);
        }
        setBase(stack.height);
    }

    /** Moves all operands to the frame while a condition or an index stays on top. */
    private void flushBelowInt() {
        if (base < stack.height) {
            int slot = large.slotBeyond(NONE);
            code().store(0, slot);
            flush();
            code().load(0, slot);
        }
    }

    /** Moves the topmost values, which may be validation's no more, to where a label wants them. */
    private void storeResults(byte[] types, int first) {
        for (int i = types.length - 1; i >= 0; i--) {
            large.storeOperand(types[i], first + i);
        }
        function.operandPlaces = Math.max(function.operandPlaces, first + types.length + 1);
    }

    // Parts

    @Override
    void boundary() {
        if (code().position() > LargeFunction.PART_BYTES) {
            boolean live = !stack.top.dead;
            Label rest = new Label();
            if (live) {
                flush();
                jump(rest);
            }
            nextPart();
            if (live) {
                bind(rest);
            }
        }
        heightBefore = stack.height;
    }

    /** Goes on in another part, without a way there. */
    void nextPart() {
        closePart();
        large.continueIn(function.openPart(), LargeFunction.CONTEXT, LargeFunction.FIRST_FREE);
        openTries.forEach(frame -> frame.tryStart = code().position());
    }

    /** Begins another part with a label. */
    private void bindInNextPart(Label label, boolean live) {
        if (live) {
            jump(label);
        }
        nextPart();
        bind(label);
    }

    private void closePart() {
        int end = code().position();
        for (int i = openTries.size() - 1; i >= 0; i--) {
            ControlFrame frame = openTries.get(i);
            land(frame, end);
            jump(frame.handler);
        }
        function.closePart(large.maximumStack(), large.maximumLocals());
    }

    /** Catches what the try's code in this part throws, and stores it. */
    private void land(ControlFrame frame, int end) {
        Label landing = new Label();
        code().handler(frame.tryStart, end, landing, exceptionClass());
        code().bindHandler(landing);
        code().stackMap.frame(code().position(), new int[] {emitter.verificationType(Validator.EXNREF)}, 1);
        large.storeException(frame.exceptionSlot);
    }

    private void jump(Label label) {
        code().jump(function.local(label));
    }

    @Override
    void jumpIf(int jvmJump, Label label) {
        code().jumpIf(jvmJump, function.local(label));
    }

    @Override
    void bind(Label label) {
        function.bind(label);
    }

    // Blocks

    @Override
    void open(ControlFrame frame) {
        frame.target = new Label();
        frame.otherwise = new Label();
        switch (frame.opcode) {
            case Opcode.IF -> {
                flushBelowInt();
                jumpIf(condition(false), frame.otherwise);
            }
            case Opcode.LOOP -> {
                flush();
                if (function.isDispatching(frame)) {
                    bindInNextPart(frame.target, true);
                    function.dispatches();
                } else {
                    bind(frame.target);
                }
                emitter.polls.inLoop();
            }
            case Opcode.TRY, Opcode.TRY_TABLE -> {
                flush();
                frame.handler = new Label();
                frame.tryStart = code().position();
                frame.exceptionSlot = stack.depth();
                function.exceptionPlaces = Math.max(function.exceptionPlaces, stack.depth() + 1);
                openTries.add(frame);
                mayCatch = true;
            }
            default -> flush();
        }
    }

    @Override
    void otherwise(ControlFrame frame, boolean live) {
        if (live) {
            leave(frame);
        }
        setBase(stack.height);
        bind(frame.otherwise);
        frame.otherwise = new Label();
    }

    @Override
    boolean end(ControlFrame frame, boolean live) {
        if (live) {
            flush();
        }
        setBase(stack.height);
        boolean reached = live;
        if (frame.opcode == Opcode.IF) {
            bind(frame.otherwise);
            reached = true;
        }
        if (frame.opcode == Opcode.LOOP) {
            if (reached && function.isDispatching(frame)) {
                bindInNextPart(new Label(), true);
            }
        } else if (frame.target.isWanted()) {
            if (function.isBeginOfPart(frame.target)) {
                bindInNextPart(frame.target, reached);
            } else {
                bind(frame.target);
            }
            reached = true;
        }
        return reached;
    }

    @Override
    void finish(boolean live) {
        if (live) {
            returnResults();
        }
        closePart();
    }

    @Override
    void returnTailCalled() {
        returnResults();
    }

    @Override
    void returnPending() {
        code().pushInt(LargeFunction.TAIL_CALLED);
        code().op(Jvm.IRETURN);
    }

    private void returnResults() {
        storeResults(stack.at(0).shape.results(), 0);
        code().pushInt(LargeFunction.RETURNED);
        code().op(Jvm.IRETURN);
    }

    // Branches

    @Override
    void branch(ControlFrame target) {
        if (isReturn(target)) {
            returnResults();
            return;
        }
        byte[] moved = target.labelTypes();
        storeResults(moved, target.height);
        for (int i = stack.height - moved.length - 1; i >= base; i--) {
            emitter.pop(stack.types[i]);
        }
        jump(target.target);
    }

    /** Says whether the label finds its operands where they are in the frame. */
    boolean isDirect(ControlFrame target) {
        int arity = target.labelTypes().length;
        return !isReturn(target) && (arity == 0 || stack.height - arity == target.height);
    }

    /** Branches with operands that are all in the frame. */
    void branchFromFrame(ControlFrame target) {
        int arity = target.labelTypes().length;
        for (int i = stack.height - arity; i < stack.height; i++) {
            large.loadOperand(stack.types[i], i);
        }
        if (isReturn(target)) {
            returnResults();
        } else {
            storeResults(target.labelTypes(), target.height);
            jump(target.target);
        }
    }

    @Override
    void branchIf(ControlFrame target) {
        flushBelowInt();
        if (isDirect(target)) {
            jumpIf(condition(true), target.target);
            return;
        }
        Label skip = new Label();
        jumpIf(condition(false), skip);
        branchFromFrame(target);
        bind(skip);
    }

    @Override
    void branchTable(ControlFrame[] targets, int tableOffset) {
        flushBelowInt();
        new LargeSwitch(this, function).emit(targets, tableOffset);
    }

    // Exceptions

    private void leave(ControlFrame frame) {
        storeResults(frame.shape.results(), frame.height);
        jump(frame.target);
    }

    /** Ends a try's body; what it throws arrives behind this. */
    private void endBody(ControlFrame frame, boolean live) {
        openTries.remove(frame);
        if (live) {
            leave(frame);
        }
        land(frame, code().position());
        setBase(frame.height);
        bind(frame.handler);
    }

    @Override
    void catchClause(ControlFrame frame, boolean live, int tag) {
        if (frame.opcode == Opcode.TRY) {
            endBody(frame, live);
        } else {
            if (live) {
                leave(frame);
            }
            setBase(frame.height);
            bind(frame.otherwise);
        }
        enterClause(frame, tag);
    }

    @Override
    void endTry(ControlFrame frame, boolean live) {
        switch (frame.opcode) {
            case Opcode.TRY -> {
                endBody(frame, live);
                rethrow(frame);
            }
            case Opcode.TRY_TABLE -> {
                endBody(frame, live);
                clauses(frame);
            }
            default -> {
                if (live) {
                    leave(frame);
                }
                setBase(frame.height);
                if (frame.opcode == Opcode.CATCH) {
                    bind(frame.otherwise);
                    rethrow(frame);
                }
            }
        }
    }

    @Override
    boolean afterTry(ControlFrame frame) {
        setBase(stack.height);
        if (frame.target.isWanted()) {
            bind(frame.target);
        }
        return frame.target.isWanted();
    }

    @Override
    void delegate(ControlFrame frame, boolean live, int targetDepth) {
        endBody(frame, live);
        loadException(frame);
        ControlFrame outer = stack.at(targetDepth).catcher();
        if (outer != null) {
            large.storeException(outer.exceptionSlot);
            jump(outer.handler);
            return;
        }
        large.storeException(0);
        code().pushInt(LargeFunction.THROWN);
        code().op(Jvm.IRETURN);
    }

    @Override
    void loadException(ControlFrame frame) {
        large.loadException(frame.exceptionSlot);
    }
}
