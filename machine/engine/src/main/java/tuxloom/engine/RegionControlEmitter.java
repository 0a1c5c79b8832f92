package tuxloom.engine;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Emits the control structure of an {@link OutlineRegion}: branches to blocks around it become exits of its method. */
final class RegionControlEmitter extends StackControlEmitter {
    /** What the method returns when control goes on behind the region. */
    static final int FALL_THROUGH = -1;

    private final RegionEmitter region;
    private final Outliner outliner;

    /** The first level of nesting that is the region's own. */
    private final int firstLevel;

    private final int height;
    private final List<ControlFrame> exits = new ArrayList<>();

    /** For each block around the region that it branches to, a block at the method's end. */
    private final IdentityHashMap<ControlFrame, ControlFrame> stubs = new IdentityHashMap<>();

    RegionControlEmitter(RegionEmitter emitter, FunctionType type, Outliner outliner) {
        super(emitter, type);
        region = emitter;
        this.outliner = outliner;
        firstLevel = stack.depth();
        height = stack.height;
        base = height;
    }

    /** Returns where branches out of the region go, in the order of the numbers that the method returns. */
    List<ControlFrame> exits() {
        return exits;
    }

    private ControlFrame local(ControlFrame target) {
        return target.level >= firstLevel ? target : stubs.computeIfAbsent(target, this::stub);
    }

    private ControlFrame stub(ControlFrame target) {
        exits.add(target);
        ControlFrame stub = new ControlFrame();
        stub.opcode = Opcode.BLOCK;
        stub.shape = new Shape(NONE, target.labelTypes());
        stub.level = firstLevel;
        stub.height = height;
        stub.base = height;
        return stub;
    }

    @Override
    void branch(ControlFrame target) {
        super.branch(local(target));
    }

    @Override
    void branchIf(ControlFrame target) {
        super.branchIf(local(target));
    }

    @Override
    void branchTable(ControlFrame[] targets, int tableOffset) {
        ControlFrame[] own = new ControlFrame[targets.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = local(targets[i]);
        }
        super.branchTable(own, tableOffset);
    }

    /** Ends the method; {@code live} says whether control gets to the region's end. */
    void finishRegion(boolean live) {
        if (live) {
            leave(FALL_THROUGH);
        }
        for (int i = 0; i < exits.size(); i++) {
            ControlFrame stub = java.util.Objects.requireNonNull(stubs.get(exits.get(i)));
            byte[] results = stub.shape.results();
            int[] types = results.length == 0 ? new int[0] : new int[] {emitter.verificationType(results[0])};
            stub.target.bind(code.position(), code.code);
            code.stackMap.frame(code.position(), types, types.length);
            if (results.length > 0) {
                int kind = FunctionEmitter.kind(results[0]);
                int slot = emitter.slotBeyond(results);
                code.store(kind, slot);
                emitter.loadContext();
                code.load(kind, slot);
                code.putField(outliner.field(kind, 0));
            }
            leave(i);
        }
    }

    private void leave(int exit) {
        int[] outputs = region.region.outputs();
        if (region.region.isSimple()) {
            if (outputs.length == 0) {
                code.op(Jvm.RETURN);
            } else {
                region.localGet(outputs[0]);
                code.op(Jvm.IRETURN + region.locals.type(outputs[0]));
            }
            return;
        }
        boolean returns = exit >= 0 && isReturn(exits.get(exit));
        int[] fields = Outliner.fields(outputs, region.locals);
        for (int i = 0; i < outputs.length && !returns; i++) {
            emitter.loadContext();
            region.localGet(outputs[i]);
            code.putField(outliner.field(region.locals.type(outputs[i]), fields[i]));
        }
        code.pushInt(exit);
        code.op(Jvm.IRETURN);
    }
}
