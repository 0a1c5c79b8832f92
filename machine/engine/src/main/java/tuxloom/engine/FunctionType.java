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

    @Override
    public String toString() {
        return parameters + " -> " + results;
    }
}
