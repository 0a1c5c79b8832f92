package tuxloom.kernel;

import tuxloom.engine.MemoryType;

/** Limits on everything whose size or number a guest decides. */
final class GuestSizes {
    static final long PAGE_BYTES = MemoryType.PAGE_BYTES;

    /** The most a 32-bit kernel can address: 4 GiB less a page. */
    static final long MAX_KERNEL_BYTES = 0xffff * PAGE_BYTES;

    /** The largest program that exec takes. */
    static final int MAX_PROGRAM_BYTES = 256 << 20;

    /** The most a compile_write may bring at a time is 256 KiB; more is harmless, as it is copied at once. */
    static final int MAX_TASK_NAME_BYTES = 256;

    /** Live tasks of one machine; the kernel's own limit is lower with any memory this host gives it. */
    static final int MAX_TASKS = 32_768;

    /** Compiled programs are kept up to this many bytes of code. */
    static final long MAX_CACHED_PROGRAM_BYTES = 24L << 20;

    /** Bytes of Java heap that a byte of a program takes in the end: its own, and what is found out about it. */
    static final long HEAP_PER_PROGRAM_BYTE = 3;

    /** Pages of a program's memory in generations that do not say (A and B). */
    static final int EARLY_PROGRAM_PAGES = 2_048;

    /** Bytes of one early console write. */
    static final int MAX_CONSOLE_WRITE_BYTES = 1 << 20;

    private GuestSizes() {}
}
