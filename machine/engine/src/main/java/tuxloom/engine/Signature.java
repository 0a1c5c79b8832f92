package tuxloom.engine;

/**
 * The generated class that all functions of a type extend.
 *
 * @param className internal name
 * @param callDescriptor of its abstract method {@code call}: the parameters and the caller's context
 * @param atDescriptor of its static method {@code at}: finds a function of this type in a table
 */
record Signature(String className, String callDescriptor, String atDescriptor) {}
