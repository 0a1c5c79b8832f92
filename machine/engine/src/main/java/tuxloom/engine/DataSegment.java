package tuxloom.engine;

/**
 * A data segment of a module.
 *
 * @param name from the name section (subsection 9), or empty
 * @param passive whether only {@code memory.init} copies it
 * @param fileOffset where its bytes begin in the module
 * @param length bytes
 */
public record DataSegment(String name, boolean passive, int fileOffset, int length) {}
