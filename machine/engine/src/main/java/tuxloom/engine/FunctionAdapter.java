package tuxloom.engine;

/** Superclass of the generated classes behind {@link Function#as}. Public only because those live elsewhere. */
@SuppressWarnings("NullAway.Init")
public abstract class FunctionAdapter {
    /** The function to call. */
    public Function target;

    protected FunctionAdapter() {}
}
