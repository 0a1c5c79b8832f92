package tuxloom.kernel;

import java.util.Optional;

/**
 * What a new worker gets from the one that spawned it.
 *
 * @param program the parent's program, if it had one
 * @param space the memory to run in; held for the new worker
 */
record Inheritance(Optional<Program> program, Optional<AddressSpace> space) {
    static final Inheritance NONE = new Inheritance(Optional.empty(), Optional.empty());

    /** Gives the memory back if the worker never came to life. */
    void drop() {
        space.ifPresent(AddressSpace::release);
    }
}
