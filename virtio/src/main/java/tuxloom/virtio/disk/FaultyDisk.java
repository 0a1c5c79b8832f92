package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A disk with a bad sector, or a slow one ({@link DiskFaults}). */
final class FaultyDisk implements Disk {
    private final Disk disk;
    private final DiskFaults faults;

    FaultyDisk(Disk disk, DiskFaults faults) {
        this.disk = disk;
        this.faults = faults;
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public boolean isReadOnly() {
        return disk.isReadOnly();
    }

    @Override
    public void read(long offset, List<MemorySegment> into) throws IOException {
        disturb(offset, HostFile.totalBytes(into));
        disk.read(offset, into);
    }

    @Override
    public void write(long offset, List<MemorySegment> from) throws IOException {
        disturb(offset, HostFile.totalBytes(from));
        disk.write(offset, from);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean mayUnmap) throws IOException {
        disturb(offset, length);
        disk.writeZeroes(offset, length, mayUnmap);
    }

    @Override
    public void discard(long offset, long length) throws IOException {
        disturb(offset, length);
        disk.discard(offset, length);
    }

    @Override
    public void flush() throws IOException {
        disturb(0, 0);
        disk.flush();
    }

    @Override
    public int discardGranularityBytes() {
        return disk.discardGranularityBytes();
    }

    @Override
    public boolean refreshSize() throws IOException {
        return disk.refreshSize();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private void disturb(long offset, long length) throws IOException {
        long end = System.nanoTime() + faults.latency().toNanos();
        for (long left = faults.latency().toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        long bad = faults.badSector() * SECTOR_BYTES;
        if (faults.badSector() >= 0 && bad < offset + length && bad + SECTOR_BYTES > offset) {
            throw new IOException("sector " + faults.badSector() + " is bad (--fault)");
        }
    }
}
