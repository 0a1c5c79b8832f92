package tuxloom.engine;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Blocks, branches, calls and exceptions, as part of a {@link FunctionTranslator}. */
final class ControlTranslator {
    private final FunctionTranslator translator;
    private final ModuleData module;
    private final ModuleCode names;
    private final BinaryReader in;
    private final Validator stack;

    private final CallTranslator calls;

    ControlTranslator(FunctionTranslator translator) {
        calls = new CallTranslator(translator);
        this.translator = translator;
        module = translator.module;
        names = translator.names;
        in = translator.in;
        stack = translator.stack;
    }

    /** Returns the emitter if the current code is to be emitted, null otherwise. */
    private @Nullable ControlEmitter live() {
        return stack.top.dead ? null : translator.controlEmitter;
    }

    void openFunction(Shape shape) {
        stack.open(Opcode.BLOCK, new Shape(Shape.EMPTY.parameters(), shape.results()));
    }

    void instruction(int opcode) {
        switch (opcode) {
            case Opcode.UNREACHABLE -> unreachable();
            case Opcode.NOP -> {}
            case Opcode.BLOCK, Opcode.LOOP, Opcode.IF, Opcode.TRY -> open(opcode, new int[0]);
            case Opcode.TRY_TABLE -> tryTable();
            case Opcode.ELSE -> otherwise();
            case Opcode.CATCH, Opcode.CATCH_ALL -> catchClause(opcode);
            case Opcode.DELEGATE -> delegate();
            case Opcode.THROW -> throwTag();
            case Opcode.RETHROW -> rethrow();
            case Opcode.THROW_REF -> throwReference();
            case Opcode.END -> end();
            case Opcode.BR -> branch();
            case Opcode.BR_IF -> branchIf();
            case Opcode.BR_TABLE -> branchTable();
            case Opcode.RETURN -> returnResults();
            case Opcode.CALL -> calls.call();
            case Opcode.CALL_INDIRECT -> calls.callIndirect();
            case Opcode.RETURN_CALL -> calls.returnCall();
            case Opcode.RETURN_CALL_INDIRECT -> calls.returnCallIndirect();
            default -> throw illegal(opcode);
        }
    }

    private InvalidModuleException illegal(int opcode) {
        if (opcode == 0x14 || opcode == 0x15) {
            return in.invalid("unsupported: typed function references");
        }
        return in.malformed("illegal opcode " + Integer.toHexString(opcode));
    }

    private void line() {
        FunctionEmitter live = translator.live();
        if (live != null) {
            live.code.line(translator.offset() - 1);
        }
    }

    private void unreachable() {
        line();
        ControlEmitter live = live();
        if (live != null) {
            live.unreachable();
        }
        stack.unreachable();
    }

    private Shape blockType() {
        long code = in.s33();
        if (code >= 0) {
            if (code >= module.types.size()) {
                throw in.invalid("unknown type " + code);
            }
            return names.shape((int) code);
        }
        if (code == -64) {
            return Shape.EMPTY;
        }
        if (code < -64) {
            throw in.malformed("malformed block type");
        }
        in.position--;
        return Shape.resulting(in.valueType());
    }

    private void open(int opcode, int[] clauses) {
        Shape shape = blockType();
        enter(opcode, shape, clauses);
    }

    private void enter(int opcode, Shape shape, int[] clauses) {
        if (opcode == Opcode.IF) {
            stack.pop(Validator.I32);
        }
        stack.pop(shape.parameters());
        ControlFrame frame = stack.open(opcode, shape);
        frame.clauses = clauses;
        frame.begin = in.position;
        ControlEmitter live = live();
        if (live != null) {
            live.open(frame);
        }
    }

    private void tryTable() {
        Shape shape = blockType();
        int count = in.count("catch clauses");
        int[] clauses = new int[Math.min(count, 16) * 3];
        for (int i = 0; i < count; i++) {
            if (i * 3 == clauses.length) {
                clauses = Arrays.copyOf(clauses, clauses.length * 2);
            }
            int kind = in.u8();
            if (kind > 3) {
                throw in.malformed("malformed catch clause " + kind);
            }
            clauses[i * 3] = kind;
            clauses[i * 3 + 1] = kind < 2 ? tag() : -1;
            clauses[i * 3 + 2] = in.index();
            checkClause(kind, clauses[i * 3 + 1], stack.label(clauses[i * 3 + 2]));
        }
        enter(Opcode.TRY_TABLE, shape, Arrays.copyOf(clauses, count * 3));
    }

    private void checkClause(int kind, int tag, ControlFrame label) {
        byte[] given = kind < 2 ? Shape.of(module.tags.get(tag).function()).parameters() : new byte[0];
        if ((kind & 1) != 0) {
            given = Arrays.copyOf(given, given.length + 1);
            given[given.length - 1] = Validator.EXNREF;
        }
        if (!Arrays.equals(given, label.labelTypes())) {
            throw stack.mismatch();
        }
    }

    private int tag() {
        int tag = in.index();
        if (tag >= module.tags.size()) {
            throw in.invalid("unknown tag " + tag);
        }
        return tag;
    }

    private void otherwise() {
        ControlFrame frame = stack.top;
        if (frame.opcode != Opcode.IF || stack.depth() == 1) {
            throw in.malformed("else without if: END opcode expected");
        }
        boolean live = live() != null;
        stack.endOfPart();
        stack.nextPart(Opcode.ELSE, frame.shape.parameters());
        ControlEmitter emitter = live();
        if (emitter != null) {
            emitter.otherwise(frame, live);
        }
    }

    private void catchClause(int opcode) {
        ControlFrame frame = stack.top;
        if (frame.opcode != Opcode.TRY && frame.opcode != Opcode.CATCH) {
            throw in.malformed("catch without try");
        }
        boolean live = live() != null;
        stack.endOfPart();
        int tag = opcode == Opcode.CATCH ? tag() : -1;
        int previous = frame.opcode;
        stack.nextPart(previous, new byte[0]);
        ControlEmitter emitter = live();
        if (emitter != null) {
            emitter.catchClause(frame, live, tag);
        }
        frame.opcode = opcode;
        if (tag >= 0) {
            stack.push(Shape.of(module.tags.get(tag).function()).parameters());
        }
    }

    private void delegate() {
        int depth = in.index();
        ControlFrame frame = stack.top;
        if (frame.opcode != Opcode.TRY) {
            throw in.malformed("delegate without try");
        }
        boolean live = live() != null;
        stack.close();
        stack.label(depth);
        ControlEmitter emitter = frame.entryDead ? null : translator.controlEmitter;
        if (emitter != null) {
            emitter.delegate(frame, live, stack.depth() - 1 - depth);
        }
        stack.push(frame.shape.results());
        afterBlock(frame, emitter != null && emitter.afterTry(frame));
    }

    private void throwTag() {
        line();
        int tag = tag();
        stack.pop(Shape.of(module.tags.get(tag).function()).parameters());
        ControlEmitter live = live();
        if (live != null) {
            live.throwTag(tag);
        }
        stack.unreachable();
    }

    private void rethrow() {
        int depth = in.index();
        ControlFrame frame = stack.label(depth);
        if (frame.opcode != Opcode.CATCH && frame.opcode != Opcode.CATCH_ALL) {
            throw in.invalid("invalid rethrow label");
        }
        ControlEmitter live = live();
        if (live != null) {
            live.rethrow(frame);
        }
        stack.unreachable();
    }

    private void throwReference() {
        line();
        stack.pop(Validator.EXNREF);
        ControlEmitter live = live();
        if (live != null) {
            live.throwReference();
        }
        stack.unreachable();
    }

    private void end() {
        boolean live = live() != null;
        ControlFrame frame = stack.top;
        if (frame.opcode == Opcode.IF && !Arrays.equals(frame.shape.parameters(), frame.shape.results())) {
            throw stack.mismatch();
        }
        stack.close();
        ControlEmitter emitter = frame.entryDead ? null : translator.controlEmitter;
        if (stack.depth() == 0) {
            if (emitter != null) {
                emitter.finish(live);
            }
            return;
        }
        boolean reached = false;
        if (emitter != null) {
            reached = switch (frame.opcode) {
                case Opcode.TRY, Opcode.CATCH, Opcode.CATCH_ALL, Opcode.TRY_TABLE -> {
                    emitter.endTry(frame, live);
                    stack.push(frame.shape.results());
                    yield emitter.afterTry(frame);
                }
                default -> {
                    stack.push(frame.shape.results());
                    yield emitter.end(frame, live);
                }
            };
        } else {
            stack.push(frame.shape.results());
        }
        afterBlock(frame, reached);
    }

    private void afterBlock(ControlFrame frame, boolean reached) {
        if (!frame.entryDead && translator.controlEmitter != null) {
            stack.top.dead = !reached;
        }
    }

    private void branch() {
        ControlFrame target = stack.label(in.index());
        stack.pop(target.labelTypes());
        ControlEmitter live = live();
        if (live != null) {
            stack.push(target.labelTypes());
            live.branch(target);
        }
        stack.unreachable();
    }

    private void branchIf() {
        ControlFrame target = stack.label(in.index());
        stack.pop(Validator.I32);
        stack.pop(target.labelTypes());
        stack.push(target.labelTypes());
        ControlEmitter live = live();
        if (live != null) {
            live.branchIf(target);
        }
    }

    private void branchTable() {
        int tableOffset = in.position;
        int count = in.count("branch targets");
        if (count > in.end - in.position) {
            throw in.malformed("unexpected end");
        }
        stack.pop(Validator.I32);
        ControlEmitter live = live();
        ControlFrame[] targets = new ControlFrame[live == null ? 0 : count + 1];
        byte[] given = new byte[0];
        for (int i = 0; i <= count; i++) {
            ControlFrame target = stack.label(in.index());
            byte[] types = target.labelTypes();
            if (i == 0) {
                given = new byte[types.length];
            } else if (types.length != given.length) {
                throw stack.mismatch();
            }
            // What each label takes must be there, and stays there.
            for (int k = types.length - 1; k >= 0; k--) {
                given[k] = (byte) stack.popMatching(types[k]);
            }
            stack.push(given);
            if (live != null) {
                targets[i] = target;
            }
        }
        if (live != null) {
            live.branchTable(targets, tableOffset);
        }
        if (count >= Interpreters.MANY_CASES) {
            noteDispatchingLoop(tableOffset, count);
        }
        stack.unreachable();
    }

    /** Looks for the loop around a large table; no further than the table's length, so that the time is linear. */
    private void noteDispatchingLoop(int tableOffset, int targets) {
        Set<Integer> distinct = new HashSet<>();
        int end = in.position;
        in.position = tableOffset;
        in.u32();
        while (in.position < end) {
            distinct.add(in.index());
        }
        int last = Math.max(0, stack.depth() - 2 * targets);
        for (int level = stack.depth() - 1; level >= last && distinct.size() >= Interpreters.MANY_CASES; level--) {
            ControlFrame frame = stack.at(level);
            if (frame.opcode == Opcode.LOOP) {
                translator.dispatchingLoops.add(frame.begin);
                return;
            }
        }
    }

    private void returnResults() {
        ControlFrame function = stack.at(0);
        stack.pop(function.labelTypes());
        ControlEmitter live = live();
        if (live != null) {
            stack.push(function.labelTypes());
            live.branch(function);
        }
        stack.unreachable();
    }
}
