package tuxloom.engine;

import java.util.Arrays;
import jdk.internal.misc.Unsafe;
import org.jspecify.annotations.Nullable;

/**
 * A function of an instance or of the host (core specification 4.2.6). For each signature there is one generated
 * subclass with an unboxed {@code call}; its subclasses run a guest's or a host's function.
 *
 * <p>A guest's function may be called by one thread at a time per instance.
 */
@SuppressWarnings("NullAway.Init")
public abstract non-sealed class Function implements Extern {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private FunctionType type;

    /** The instance to run in; null in code that is shared by instances, which runs in its caller's. */
    private @Nullable Context bound;

    /** The host object that the function belongs to. Read by generated code. */
    public @Nullable Object receiver;

    protected Function() {}

    /** Makes an object of a generated class. */
    static Function make(
            Class<? extends Function> generated,
            FunctionType type,
            @Nullable Context bound,
            @Nullable Object receiver) {
        try {
            Function function = (Function) UNSAFE.allocateInstance(generated);
            function.type = type;
            function.bound = bound;
            function.receiver = receiver;
            return function;
        } catch (InstantiationException e) {
            throw new IllegalStateException("generated class " + generated, e);
        }
    }

    /** Makes a function of the host with boxed values. */
    public static Function of(FunctionType type, HostFunction body) {
        return make(Signatures.boxedHost(type), type, null, body);
    }

    @Override
    public final FunctionType type() {
        return type;
    }

    /** Returns the context that a function runs in; for generated code. */
    public static Context contextFor(Function function, Context caller) {
        Context own = function.bound;
        return own != null ? own : caller;
    }

    /** Calls a boxed host function and checks its results; for generated code. */
    public static @Nullable Object[] callHost(Function function, @Nullable Object[] arguments) {
        HostFunction body = (HostFunction) java.util.Objects.requireNonNull(function.receiver);
        @Nullable Object[] results = body.call(arguments);
        var types = function.type.results();
        if (results.length != types.size()) {
            throw new IllegalStateException(
                    "a host function returned " + results.length + " values, not " + types.size());
        }
        for (int i = 0; i < results.length; i++) {
            Values.check(types.get(i), results[i]);
        }
        return results;
    }

    /** Calls the function with unboxed values; overridden by the generated subclass of the signature. */
    public abstract @Nullable Object callBoxed(@Nullable Object[] arguments);

    /**
     * Executes a tail call of this function, see {@link TailCalls}; a reference to a function that makes tail calls itself
     * overrides this.
     *
     * @param arguments null when there are none
     */
    public @Nullable Object resume(@Nullable Bundle arguments, Context caller) {
        return callBoxed(arguments == null ? new Object[0] : arguments.toArray());
    }

    /**
     * Calls the function with boxed values; slow.
     *
     * @param arguments one per parameter, of the exact types
     * @return null, the boxed result, or an {@code Object[]} when there are several
     * @throws IllegalArgumentException if the arguments do not fit the type
     * @throws Trap if the guest traps; also when its stack overflows
     */
    public final @Nullable Object invoke(@Nullable Object... arguments) {
        if (arguments.length != type.parameters().size()) {
            throw new IllegalArgumentException(arguments.length + " arguments given to a function of type " + type);
        }
        for (int i = 0; i < arguments.length; i++) {
            Values.check(type.parameters().get(i), arguments[i]);
        }
        try {
            Object result = callBoxed(Arrays.copyOf(arguments, arguments.length));
            if (result instanceof Bundle bundle) {
                @Nullable Object[] values = bundle.toArray();
                return values.length == 1 ? values[0] : values;
            }
            return result;
        } catch (StackOverflowError e) {
            throw Trap.stackExhausted(e);
        }
    }

    /**
     * Returns an implementation of an interface with one abstract method that calls this function without boxing.
     *
     * @param functionalInterface its method takes and returns int, long, float and double like the function
     * @throws IllegalArgumentException if the interface's method does not fit the function's type
     */
    public final <T> T as(Class<T> functionalInterface) {
        return FunctionAdapters.adapt(this, functionalInterface);
    }
}
