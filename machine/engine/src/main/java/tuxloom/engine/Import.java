package tuxloom.engine;

/**
 * Something that a module asks of its host.
 *
 * @param module first part of the name
 * @param name second part of the name
 * @param type what it must be
 */
public record Import(String module, String name, ExternType type) {
    @Override
    public String toString() {
        return module + "." + name + ": " + type;
    }
}
