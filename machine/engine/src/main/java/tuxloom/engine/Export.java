package tuxloom.engine;

/**
 * Something that a module offers.
 *
 * @param name its name, unique in the module
 * @param type what it is
 * @param index its index in the module's index space of that kind
 */
public record Export(String name, ExternType type, int index) {}
