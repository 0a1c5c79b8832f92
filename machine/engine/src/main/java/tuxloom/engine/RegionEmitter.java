package tuxloom.engine;

import java.util.HashMap;
import java.util.Map;

/** Emits the instructions of an {@link OutlineRegion} in a method of its own. */
final class RegionEmitter extends FunctionEmitter {
    final OutlineRegion region;
    private final Map<Integer, Integer> slots = new HashMap<>();

    RegionEmitter(
            int function,
            Bytecode code,
            ModuleCode names,
            Validator stack,
            LocalTypes locals,
            Shape shape,
            OutlineRegion region) {
        super(function, code, names, stack, locals, shape);
        this.region = region;
    }

    @Override
    void begin() {
        int slot = 0;
        for (int local : region.arguments()) {
            slot = place(local, slot);
        }
        int context = slot++;
        code.stackMap.fixedLocal(StackMap.OBJECT | code.pool.classRef(names.context) << 8);
        code.stackMap.parametersEnd();
        for (int local : region.others()) {
            int type = locals.type(local);
            pushZero(type);
            code.store(kind(type), slot);
            slot = place(local, slot);
        }
        continueIn(code, context, slot);
    }

    private int place(int local, int slot) {
        int type = locals.type(local);
        code.stackMap.fixedLocal(verificationType(type));
        slots.put(local, slot);
        return slot + Validator.slots(type);
    }

    private int slot(int local) {
        return java.util.Objects.requireNonNull(slots.get(local));
    }

    @Override
    void localGet(int local) {
        code.load(kind(locals.type(local)), slot(local));
    }

    @Override
    void localSet(int local) {
        code.store(kind(locals.type(local)), slot(local));
    }

    /** Returns the method's descriptor. */
    String descriptor() {
        StringBuilder text = new StringBuilder("(");
        for (int local : region.arguments()) {
            text.append(Outliner.DESCRIPTORS[locals.type(local)]);
        }
        text.append(names.contextDescriptor).append(')');
        if (!region.isSimple()) {
            return text.append('I').toString();
        }
        return text.append(region.outputs().length == 0 ? "V" : Outliner.DESCRIPTORS[locals.type(region.outputs()[0])])
                .toString();
    }
}
