package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/** Several values in one object: the results of a function, or the payload of an exception. Generated classes extend it. */
public abstract class Bundle {
    protected Bundle() {}

    /** Returns the values, boxed. */
    public abstract @Nullable Object[] toArray();
}
