package tuxloom.virtio.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a disk should hold, and a driver that does random things to both. */
final class DiskModel {
    private static final int SECTOR = Disk.SECTOR_BYTES;

    private final byte[] content;
    private final Random random;
    private final int mostBytes;

    DiskModel(byte[] content, int seed) {
        this.content = content;
        this.random = new Random(seed);
        this.mostBytes = Math.min(content.length / 4, 300_000);
    }

    byte[] content() {
        return content;
    }

    static byte[] bytes(Disk disk, long offset, int length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(length);
            disk.read(offset, List.of(into));
            return into.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Writes random bytes in a few pieces. */
    void write(Disk disk, int offset, int length) throws IOException {
        byte[] data = new byte[length];
        random.nextBytes(data);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocateFrom(ValueLayout.JAVA_BYTE, data);
            List<MemorySegment> pieces = new ArrayList<>();
            for (int at = 0; at < length; ) {
                int piece = Math.min(length - at, 1 + random.nextInt(length));
                pieces.add(all.asSlice(at, piece));
                at += piece;
            }
            disk.write(offset, pieces);
        }
        System.arraycopy(data, 0, content, offset, length);
    }

    /** Reads, writes, discards, zeroes and flushes at random; reads must agree. */
    void exercise(Disk disk, int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            int offset = random.nextInt(content.length / SECTOR) * SECTOR;
            int most = Math.min(mostBytes, content.length - offset);
            int length = Math.max(SECTOR, random.nextInt(most + 1) / SECTOR * SECTOR);
            switch (random.nextInt(8)) {
                case 0 -> disk.flush();
                case 1 -> {
                    disk.writeZeroes(offset, length, random.nextBoolean());
                    Arrays.fill(content, offset, offset + length, (byte) 0);
                }
                case 2 -> discard(disk, offset, length);
                case 3, 4, 5 -> write(disk, offset, length);
                default ->
                    assertThat(Arrays.mismatch(
                                    bytes(disk, offset, length), Arrays.copyOfRange(content, offset, offset + length)))
                            .as("request %d: %d bytes at %d", i, length, offset)
                            .isEqualTo(-1);
            }
        }
    }

    /** Each byte that was discarded holds what it held, or zero. */
    private void discard(Disk disk, int offset, int length) throws IOException {
        disk.discard(offset, length);
        byte[] now = bytes(disk, offset, length);
        for (int i = 0; i < length; i++) {
            if (now[i] != 0) {
                assertThat(now[i]).as("discarded byte %d", offset + i).isEqualTo(content[offset + i]);
            }
        }
        System.arraycopy(now, 0, content, offset, length);
    }
}
