package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * Tail calls (core specification, tail call proposal). The JVM has none, so a function that makes one leaves target and
 * arguments in its context and returns; whoever called it, in {@link #run}, then makes the call in its place, for as long as
 * there is one. Only functions that make tail calls are called in this way. Public only because generated classes live
 * elsewhere.
 */
public final class TailCalls {
    static final Member PEND = member("pend", "(Ltuxloom/engine/Bundle;ILtuxloom/engine/Context;)V");
    static final Member PEND_REFERENCE =
            member("pend", "(Ltuxloom/engine/Bundle;Ltuxloom/engine/Function;Ltuxloom/engine/Context;)V");
    static final Member RUN = member("run", "(Ltuxloom/engine/Context;)Ljava/lang/Object;");
    static final Member HAND_OVER = member("handOver", "(Ltuxloom/engine/Context;Ltuxloom/engine/Context;)V");
    static final Member TARGET = Member.of("tuxloom/engine/Context", "tailTarget", Function.class.descriptorString());

    private TailCalls() {}

    private static Member member(String name, String descriptor) {
        return Member.of("tuxloom/engine/TailCalls", name, descriptor);
    }

    /** Leaves a call of a function of the instance to the caller. */
    public static void pend(@Nullable Bundle arguments, int function, Context c) {
        pend(arguments, c.instance.functionAt(function), c);
    }

    /** Leaves a call to the caller. */
    public static void pend(@Nullable Bundle arguments, Function target, Context c) {
        c.tailTarget = target;
        c.tailArguments = arguments;
    }

    /** Makes the call that was left in {@code c}, and those that come of it; returns the last one's results, boxed or bundled. */
    public static @Nullable Object run(Context c) {
        Function target = c.tailTarget;
        while (true) {
            Bundle arguments = c.tailArguments;
            c.tailTarget = null;
            c.tailArguments = null;
            ContextOperations.poll(c);
            Object result = java.util.Objects.requireNonNull(target).resume(arguments, c);
            target = c.tailTarget;
            if (target == null) {
                return result;
            }
        }
    }

    /** Moves a call that a function of another instance left to where its caller looks for it. */
    public static void handOver(Context from, Context caller) {
        Function target = from.tailTarget;
        if (target != null) {
            Bundle arguments = from.tailArguments;
            from.tailTarget = null;
            from.tailArguments = null;
            pend(arguments, target, caller);
        }
    }
}
