package tuxloom.engine;

/**
 * The type of an exception tag (exception handling proposal).
 *
 * @param function its parameters are the payload; it has no results
 */
public record TagType(FunctionType function) implements ExternType {}
