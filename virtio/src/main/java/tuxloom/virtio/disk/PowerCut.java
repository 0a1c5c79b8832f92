package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Plays a power cut on a file: what the file held at the last flush is kept, and put back at the N-th write. One change at a time.
 *
 * <p>Only a flush makes things durable here, as on the most forgetful of disks.
 */
final class PowerCut {
    /** What may be kept; then the changes so far become durable, as they may at any time. */
    private static final long MOST_KEPT_BYTES = 64 << 20;

    private final HostFile file;
    private final DiskFaults faults;
    private final Deque<Old> olds = new ArrayDeque<>();
    private long writesLeft;
    private long keptBytes;
    private boolean off;

    /** A range as it was, and the file's size; the range ends where the file did. */
    private record Old(long fileBytes, long offset, MemorySegment bytes) {}

    /** A change of the file. */
    interface Change {
        void make() throws IOException;
    }

    PowerCut(HostFile file, DiskFaults faults) {
        this.file = file;
        this.faults = faults;
        this.writesLeft = faults.cutAtWrite();
    }

    synchronized void write(long offset, List<MemorySegment> from) throws IOException {
        long length = HostFile.totalBytes(from);
        change(offset, length, () -> file.writeNow(offset, from), () -> {
            // Sectors are written as a whole, but not all of them.
            long part = length / 2 / Disk.SECTOR_BYTES * Disk.SECTOR_BYTES;
            if (part > 0) {
                file.writeNow(offset, Scatter.slice(from, 0, part));
            }
        });
    }

    /** Any other change of a range. */
    synchronized void change(long offset, long length, Change change) throws IOException {
        change(offset, length, change, () -> {});
    }

    synchronized void flush() throws IOException {
        requirePower();
        file.flushNow();
        olds.clear();
        keptBytes = 0;
    }

    synchronized void requirePower() throws IOException {
        if (off) {
            throw new IOException("the power is off (--fault)");
        }
    }

    private void change(long offset, long length, Change change, Change tornChange) throws IOException {
        requirePower();
        writesLeft--;
        if (writesLeft > 0) {
            keep(offset, length);
            change.make();
            return;
        }
        if (faults.torn()) {
            tornChange.make();
        } else {
            putBack();
        }
        file.flushNow();
        off = true;
        faults.onCut().run();
        requirePower();
    }

    private void keep(long offset, long length) throws IOException {
        long size = file.size();
        long there = Math.clamp(size - offset, 0, length);
        if (keptBytes + there > MOST_KEPT_BYTES) {
            file.flushNow();
            olds.clear();
            keptBytes = 0;
        }
        if (there > MOST_KEPT_BYTES) {
            return;
        }
        MemorySegment bytes = Arena.ofAuto().allocate(there);
        if (there > 0) {
            file.readOrZeroes(offset, List.of(bytes));
        }
        keptBytes += there;
        olds.push(new Old(size, offset, bytes));
    }

    private void putBack() throws IOException {
        while (!olds.isEmpty()) {
            Old old = olds.pop();
            if (old.bytes.byteSize() > 0) {
                file.writeNow(old.offset, List.of(old.bytes));
            }
            file.setSizeNow(old.fileBytes);
        }
    }
}
