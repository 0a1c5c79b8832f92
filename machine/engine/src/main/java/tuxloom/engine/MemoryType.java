package tuxloom.engine;

/**
 * The type of a linear memory (WebAssembly 2.0, section 2.3.9; threads proposal for {@code shared}).
 *
 * @param limits in pages of 64 KiB, at most 65,536
 * @param shared whether several threads may use it at once; such a memory always has a maximum
 */
public record MemoryType(Limits limits, boolean shared) implements ExternType {
    /** Bytes in a page. */
    public static final int PAGE_BYTES = 0x10000;

    /** Pages of a 32-bit address space. */
    public static final int ADDRESS_SPACE_PAGES = 0x10000;

    /** A shared memory, as a Linux machine uses it. */
    public static MemoryType shared(int minimumPages, int maximumPages) {
        return new MemoryType(Limits.of(minimumPages, maximumPages), true);
    }

    /** The number of pages that growth never exceeds. */
    public int maximumPages() {
        return (int) Math.min(limits.maximum().orElse(ADDRESS_SPACE_PAGES), ADDRESS_SPACE_PAGES);
    }
}
