package tuxloom.tests.bench;

/** What is measured. Smaller is better, but for rates (a unit with "/s"). Values are kept in {@code unit}. */
enum Figure {
    PROMPT_BARE("time to prompt, nothing prepared", "ms"),
    PROMPT_FIRST("time to prompt, unknown kernel", "ms"),
    PROMPT_WARM("time to prompt, warm caches", "ms"),
    PROMPT_DISK("time to prompt, warm caches, with a disk", "ms"),
    CPU_BARE("CPU time to the prompt, nothing prepared", "ms"),
    CPU_FIRST("CPU time to the prompt, unknown kernel", "ms"),
    CPU_WARM("CPU time to the prompt, warm caches", "ms"),
    RESIDENT("resident memory at the prompt, with a disk", "MiB"),
    POWER_OFF("power-off, command to end of process", "ms"),
    GETPPID_COLD("100,000 getppid, first run", "ms"),
    PIPE_COLD("pipe round trip, first run", "µs"),
    SPAWN_COLD("spawn + wait of true, first run", "ms"),
    GETPPID("100,000 getppid, second run", "ms"),
    PIPE("pipe round trip, second run", "µs"),
    SPAWN("spawn + wait of true, second run", "ms"),
    GETPPID_WARM("100,000 getppid, fifth run", "ms"),
    PIPE_WARM("pipe round trip, fifth run", "µs"),
    SPAWN_WARM("spawn + wait of true, fifth run", "ms"),
    THREAD("thread create + join", "ms"),
    LOOP("loop of 200,000,000 steps", "ms"),
    DISK("dd of 64 MiB from a disk", "ms"),
    DISK_FIRST_READ("sequential read through the page cache, 64 KiB, first run", "MiB/s"),
    DISK_CACHED_READ("sequential read through the page cache, 64 KiB", "MiB/s"),
    DISK_READ_64K("sequential read, 64 KiB", "MiB/s"),
    DISK_READ_1M("sequential read, 1 MiB", "MiB/s"),
    DISK_WRITE_64K("sequential write, 64 KiB", "MiB/s"),
    DISK_WRITE_1M("sequential write, 1 MiB", "MiB/s"),
    DISK_READ_QD1("random 4-KiB reads, queue depth 1", "/s"),
    DISK_READ_QD1_P50("random 4-KiB read, queue depth 1, median", "µs"),
    DISK_READ_QD1_P99("random 4-KiB read, queue depth 1, 99th percentile", "µs"),
    DISK_READ_QD32("random 4-KiB reads, queue depth 32", "/s"),
    DISK_WRITE_QD1("random 4-KiB writes, queue depth 1", "/s"),
    DISK_WRITE_QD1_P50("random 4-KiB write, queue depth 1, median", "µs"),
    DISK_WRITE_QD32("random 4-KiB writes, queue depth 32", "/s"),
    DISK_CACHED_HANDOFFS("hand-offs a request, sequential through the page cache", ""),
    DISK_READ_1M_HANDOFFS("hand-offs a request, sequential read, 1 MiB", ""),
    DISK_READ_QD1_HANDOFFS("hand-offs a request, random reads, queue depth 1", ""),
    DISK_READ_QD32_HANDOFFS("hand-offs a request, random reads, queue depth 32", ""),
    DISK_WRITE_QD1_HANDOFFS("hand-offs a request, random writes, queue depth 1", ""),
    SEQUENTIAL("process after process from the shell, each", "ms"),
    SLOPE("memory that a process leaves behind", "B"),
    SLOPE_LATE("the same, the second half of them alone", "B"),
    LIVE("process that stays, each of many", "ms"),
    LIVE_MEMORY("memory of a process that stays", "KiB"),
    COMPILE("compile the whole kernel, cold JVM", "ms"),
    COMPILE_PROCESS("the same with the start of the JVM", "ms");

    private final String title;
    private final String unit;

    Figure(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }
}
