package tuxloom.engine;

/**
 * A static method or a field of the engine (or the JDK) that generated code uses. Each exists once, so that a constant
 * pool finds its entry by number.
 *
 * @param id unique, below {@link #MAXIMUM}
 * @param owner internal name of the class
 * @param name of the member
 * @param descriptor of the member
 */
record Member(int id, String owner, String name, String descriptor) {
    static final int MAXIMUM = 800;

    private static int count;

    /** Only class initialisers call this. */
    static synchronized Member of(String owner, String name, String descriptor) {
        if (count == MAXIMUM) {
            throw new IllegalStateException("more than " + MAXIMUM + " members");
        }
        return new Member(count++, owner, name, descriptor);
    }

    boolean isField() {
        return descriptor.charAt(0) != '(';
    }
}
