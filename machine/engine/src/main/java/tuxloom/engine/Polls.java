package tuxloom.engine;

/**
 * Emits where a function looks up from its work: in loops, so that the host can end it, and, if its module is interruptible, before
 * calls that may close a cycle ({@link Module#parseInterruptible}).
 */
final class Polls {
    /** Rounds of a loop between two polls of an interruptible module. */
    private static final int ROUNDS = 1024;

    private static final int INT = 0;

    private final FunctionEmitter emitter;
    private final ModuleData module;

    /** Where the rounds of a loop are counted down to its next poll; -1 where each round polls. */
    private int roundsSlot = -1;

    Polls(FunctionEmitter emitter) {
        this.emitter = emitter;
        module = emitter.names.module;
    }

    /** Takes the slot for counting, at the function's begin; returns the first slot that is free behind it. */
    int begin(int freeSlot) {
        if (!module.interruptible) {
            return freeSlot;
        }
        roundsSlot = freeSlot;
        emitter.code.stackMap.fixedLocal(StackMap.INTEGER);
        startRounds();
        return freeSlot + 1;
    }

    /**
     * Looks for an interrupt where a recursion may close. Each cycle of direct calls has a call that does not go to a lower number,
     * so those to lower ones, which are about half of all, cost nothing.
     */
    void beforeCall(int callee) {
        if (callee >= emitter.function()) {
            beforeIndirectCall();
        }
    }

    void beforeIndirectCall() {
        if (module.interruptible && module.polled) {
            emitter.loadContext();
            emitter.code.invokeStatic(Members.POLL_CALL);
        }
    }

    /** Looks for an interrupt in a round of a loop. */
    void inLoop() {
        if (module.polled) {
            emitter.loadContext();
            emitter.code.invokeStatic(Members.POLL);
        }
    }

    /** Looks for an interrupt before a loop that is in no other of its function. */
    void beforeLoop() {
        emitter.loadContext();
        emitter.code.invokeStatic(Members.POLL_CALL);
    }

    /** Whether loops count their rounds, and poll only in some of them. */
    boolean countsRounds() {
        return roundsSlot >= 0 && module.polled;
    }

    /** Begins a number of rounds without a poll. */
    void startRounds() {
        emitter.code.pushInt(ROUNDS);
        emitter.code.store(INT, roundsSlot);
    }

    /** Counts a round; leaves on the stack how many are left. */
    void countRound() {
        emitter.code.load(INT, roundsSlot);
        emitter.code.pushInt(-1);
        emitter.code.op(Jvm.IADD).op(Jvm.DUP);
        emitter.code.store(INT, roundsSlot);
    }
}
