package tuxloom.engine;

/**
 * Accounts for the frames of functions with so many locals that, long before the stack overflows, endless recursion would fill
 * the heap. Public only because generated classes live elsewhere.
 */
public final class HeavyFrames {
    /** For all calls of an instance that are under way. */
    private static final int MAXIMUM_BYTES = 64 << 20;

    /** How much an instance takes of its machine's budget at a time. */
    private static final int ROOM_STEP_BYTES = 64 << 10;

    private static final Member ENTER = member("enter");
    private static final Member LEAVE = member("leave");

    private HeavyFrames() {}

    private static Member member(String name) {
        return Member.of("tuxloom/engine/HeavyFrames", name, "(I" + Members.CONTEXT_DESCRIPTOR + ")V");
    }

    /** Called before a frame of that many bytes is made. */
    public static void enter(int bytes, Context c) {
        int total = c.heavyFrameBytes + bytes;
        if (bytes > MAXIMUM_BYTES - c.heavyFrameBytes || (total > c.heavyFrameRoom && !makeRoom(total, c))) {
            throw new Trap(Trap.Kind.CALL_STACK_EXHAUSTED);
        }
        c.heavyFrameBytes = total;
    }

    /** Takes more of the machine's budget, for as long as the instance lives. */
    private static boolean makeRoom(int total, Context c) {
        HostBudget.Lease lease = c.heavyFrameLease;
        if (lease == null) {
            lease = c.instance.module().data().budget.heapFor(c);
            c.heavyFrameLease = lease;
        }
        if (!lease.resize(total + ROOM_STEP_BYTES)) {
            return false;
        }
        c.heavyFrameRoom = total + ROOM_STEP_BYTES;
        return true;
    }

    /** Called when its function has returned or thrown. */
    public static void leave(int bytes, Context c) {
        c.heavyFrameBytes -= bytes;
    }

    /** Emits the method that calls {@code target}, which has such a frame, with the same parameters. */
    static Bytecode method(ConstantPool pool, FunctionType type, String contextClass, int bytes, int target) {
        Bytecode code = new Bytecode(pool, false);
        for (ValueType parameter : type.parameters()) {
            LargeDispatcher.fixedLocal(code, parameter);
        }
        code.stackMap.fixedLocal(StackMap.OBJECT | pool.classRef(contextClass) << 8);
        code.stackMap.parametersEnd();
        int context = type.parameterSlots();
        account(code, ENTER, bytes, context);
        int start = code.position();
        ClassGenerator.loadParameters(code, type, 0);
        code.load(FunctionEmitter.REFERENCE, context);
        code.invokeStatic(target);
        Label failed = new Label();
        code.handler(start, code.position(), failed, 0);
        account(code, LEAVE, bytes, context);
        ClassGenerator.emitReturn(code, type);
        code.bindHandler(failed);
        int throwable = StackMap.OBJECT | pool.classRef("java/lang/Throwable") << 8;
        code.stackMap.frame(code.position(), new int[] {throwable}, 1);
        account(code, LEAVE, bytes, context);
        code.op(Jvm.ATHROW);
        code.limits(context + 6, context + 1);
        return code;
    }

    private static void account(Bytecode code, Member member, int bytes, int context) {
        code.pushInt(bytes);
        code.load(FunctionEmitter.REFERENCE, context);
        code.invokeStatic(member);
    }
}
