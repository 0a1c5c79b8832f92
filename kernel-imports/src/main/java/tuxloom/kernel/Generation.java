package tuxloom.kernel;

/** Generations of the kernel's host ABI (docs/host-abi.md, section 2), oldest first. */
enum Generation {
    /** April 2025. */
    A,
    /** Mid 2025. */
    B,
    /** Autumn 2025. */
    C,
    /** Winter 2025-26. */
    D,
    /** July 2026, Linux 6.1. */
    E,
    /** August 2026, Linux 7.1; our own kernel speaks it too. */
    F;

    /** Whether kernels of this generation grow their memory on demand; older ones get all of it at once. */
    boolean growsMemory() {
        return this == F;
    }

    boolean isBetween(Generation first, Generation last) {
        return compareTo(first) >= 0 && compareTo(last) <= 0;
    }
}
