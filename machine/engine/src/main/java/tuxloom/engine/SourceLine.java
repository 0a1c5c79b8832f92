package tuxloom.engine;

/**
 * A line of the source that a module was compiled from, as its DWARF sections tell it.
 *
 * @param file the source file's name as the compiler was given it, with its folder where that is known
 * @param line counted from 1
 */
public record SourceLine(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
