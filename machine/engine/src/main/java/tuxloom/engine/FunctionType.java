package tuxloom.engine;

import java.util.List;

/**
 * The type of a function: what it takes and what it returns (core specification 2.3.6).
 *
 * @param parameters types of the parameters, in order
 * @param results types of the results, in order
 */
public record FunctionType(List<ValueType> parameters, List<ValueType> results) implements ExternType {
    public FunctionType {
        parameters = List.copyOf(parameters);
        results = List.copyOf(results);
    }

    /** Returns how many JVM slots the parameters take. */
    int parameterSlots() {
        int slots = 0;
        for (ValueType parameter : parameters) {
            slots += parameter.slots();
        }
        return slots;
    }

    // Written out, here and in other records that are keys: what the compiler makes links code at run time, 5 ms of a
    // cold start.
    @Override
    public boolean equals(Object other) {
        return other instanceof FunctionType type && parameters.equals(type.parameters) && results.equals(type.results);
    }

    @Override
    public int hashCode() {
        return 31 * parameters.hashCode() + results.hashCode();
    }

    @Override
    public String toString() {
        return parameters + " -> " + results;
    }
}
