package tuxloom.tests.boot;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import tuxloom.virtio.disk.Disk;

/**
 * What a disk must hold after the guest's {@code disk verify}: takes the same pseudo-random steps as {@code images/programs/disk-verify.c},
 * without a guest. Every sector has a state: the generation that was written last (0: what was there in the beginning), zeroes, and
 * whether it was discarded since. A discarded sector reads as zeroes, or as what it held: a disk may leave a discard undone, but
 * nothing else may come to light. One thread.
 */
final class DiskModel {
    private static final int SECTOR_BYTES = Disk.SECTOR_BYTES;
    private static final int WORDS = SECTOR_BYTES / Long.BYTES;
    private static final int STRIPE_SECTORS = 1000;
    private static final int SIZE_CLASSES = 12;
    private static final int CHUNK_SECTORS = 2048;
    private static final int MOST_MISMATCHES = 20;

    private static final int GENERATIONS = 0x7ffe;
    private static final int ZEROED = 0x7fff;
    private static final int DISCARDED = 0x8000;

    private static final int READS = 45;
    private static final int WRITES = 82;
    private static final int DISCARDS = 91;
    private static final int ZEROES = 99;

    /**
     * What the guest is told to do.
     *
     * @param bytes to move in all
     * @param workers that move them at the same time
     * @param filled whether the disk holds generation 0 in the beginning, not zeroes
     */
    record Workload(long seed, long bytes, int workers, boolean filled) {
        String command(String device) {
            return "disk verify %s --seed %d --bytes %d --workers %d%s"
                    .formatted(device, seed, bytes, workers, filled ? " --filled" : "");
        }
    }

    /** How many requests there are of each kind. */
    record Requests(long reads, long writes, long discards, long zeroes, long flushes) {}

    /**
     * What a comparison found.
     *
     * @param mismatches sectors that hold what they must not, a line each, the first of many
     * @param discardedZero discarded sectors that read as zeroes
     * @param discardedKept discarded sectors that hold what they held
     */
    record Comparison(List<String> mismatches, long discardedZero, long discardedKept) {}

    private final Workload workload;
    private final short[] states;
    private long reads;
    private long writes;
    private long discards;
    private long zeroes;
    private long flushes;

    /** Computes all that happens to a disk of so many bytes. */
    DiskModel(Workload workload, long diskBytes) {
        this.workload = workload;
        this.states = new short[Math.toIntExact(diskBytes / SECTOR_BYTES)];
        for (int worker = 0; worker < workload.workers(); worker++) {
            work(worker);
        }
    }

    Requests requests() {
        return new Requests(reads, writes, discards, zeroes, flushes);
    }

    private void work(int worker) {
        SplitMix random = new SplitMix(SplitMix.mix(workload.seed() ^ (worker + 1) * SplitMix.STEP));
        long ownSectors = (long) states.length / STRIPE_SECTORS / workload.workers() * STRIPE_SECTORS;
        long left = workload.bytes() / workload.workers() / SECTOR_BYTES;
        for (int number = 0; left > 0; number++) {
            int kind = (int) Long.remainderUnsigned(random.next(), 100);
            int sizeClass = (int) Long.remainderUnsigned(random.next(), SIZE_CLASSES);
            long sectors = Math.min(1 + Long.remainderUnsigned(random.next(), 1L << sizeClass), ownSectors);
            long from = Long.remainderUnsigned(random.next(), ownSectors - sectors + 1);
            operate(worker, kind, 1 + number % GENERATIONS, from, sectors);
            left -= Math.min(sectors, left);
        }
    }

    private void operate(int worker, int kind, int generation, long from, long sectors) {
        if (kind < READS) {
            reads++;
        } else if (kind < WRITES) {
            writes++;
            change(worker, from, sectors, state -> generation);
        } else if (kind < DISCARDS) {
            discards++;
            change(worker, from, sectors, state -> state | DISCARDED);
        } else if (kind < ZEROES) {
            zeroes++;
            change(worker, from, sectors, state -> ZEROED);
        } else {
            flushes++;
        }
    }

    private void change(int worker, long from, long sectors, IntUnaryOperator newState) {
        for (long own = from; own < from + sectors; own++) {
            long stripe = own / STRIPE_SECTORS * workload.workers() + worker;
            int sector = (int) (stripe * STRIPE_SECTORS + own % STRIPE_SECTORS);
            states[sector] = (short) newState.applyAsInt(states[sector]);
        }
    }

    /** Writes what the disk must hold; discarded sectors keep what they held. */
    void fill(Disk disk) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate((long) CHUNK_SECTORS * SECTOR_BYTES, Long.BYTES);
            for (int first = 0; first < states.length; first += CHUNK_SECTORS) {
                int count = Math.min(CHUNK_SECTORS, states.length - first);
                for (int i = 0; i < count; i++) {
                    put(chunk, (long) i * WORDS, expected(first + i));
                }
                disk.write((long) first * SECTOR_BYTES, List.of(chunk.asSlice(0, (long) count * SECTOR_BYTES)));
            }
        }
    }

    /** Reads all of a disk and compares each sector. */
    Comparison compare(Disk disk) throws IOException {
        List<String> mismatches = new ArrayList<>();
        long discardedZero = 0;
        long discardedKept = 0;
        long[] found = new long[WORDS];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate((long) CHUNK_SECTORS * SECTOR_BYTES, Long.BYTES);
            for (int first = 0; first < states.length; first += CHUNK_SECTORS) {
                int count = Math.min(CHUNK_SECTORS, states.length - first);
                disk.read((long) first * SECTOR_BYTES, List.of(chunk.asSlice(0, (long) count * SECTOR_BYTES)));
                for (int sector = first; sector < first + count; sector++) {
                    MemorySegment.copy(
                            chunk, ValueLayout.JAVA_LONG, (long) (sector - first) * SECTOR_BYTES, found, 0, WORDS);
                    boolean discarded = (states[sector] & DISCARDED) != 0;
                    if (discarded && isZero(found)) {
                        discardedZero++;
                    } else if (Arrays.equals(found, expected(sector))) {
                        discardedKept += discarded ? 1 : 0;
                    } else if (mismatches.size() < MOST_MISMATCHES) {
                        mismatches.add(mismatch(sector, found));
                    }
                }
            }
        }
        return new Comparison(mismatches, discardedZero, discardedKept);
    }

    private String mismatch(int sector, long[] found) {
        return "sector %d: expected generation %d%s, found words %016x %016x %016x"
                .formatted(
                        sector,
                        states[sector] & ~DISCARDED & 0xffff,
                        (states[sector] & DISCARDED) != 0 ? " or zeroes" : "",
                        found[0],
                        found[1],
                        found[2]);
    }

    /** The words of a sector; of a discarded one, what it held. */
    private long[] expected(int sector) {
        int generation = states[sector] & ~DISCARDED & 0xffff;
        long[] words = new long[WORDS];
        if (generation == ZEROED || (generation == 0 && !workload.filled())) {
            return words;
        }
        SplitMix random = new SplitMix(workload.seed() ^ sector * 0xd1342543de82ef95L ^ (long) generation << 48);
        words[0] = sector;
        words[1] = generation;
        for (int i = 2; i < WORDS; i++) {
            words[i] = random.next();
        }
        return words;
    }

    private static boolean isZero(long[] words) {
        long any = 0;
        for (long word : words) {
            any |= word;
        }
        return any == 0;
    }

    private static void put(MemorySegment chunk, long at, long[] words) {
        MemorySegment.copy(words, 0, chunk, ValueLayout.JAVA_LONG, at * Long.BYTES, WORDS);
    }

    /** SplitMix64. */
    private static final class SplitMix {
        static final long STEP = 0x9e3779b97f4a7c15L;

        private long state;

        SplitMix(long state) {
            this.state = state;
        }

        long next() {
            state += STEP;
            return mix(state);
        }

        static long mix(long state) {
            long z = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
            z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
            return z ^ z >>> 31;
        }
    }
}
