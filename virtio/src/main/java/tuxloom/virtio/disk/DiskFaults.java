package tuxloom.virtio.disk;

import java.time.Duration;

/**
 * What goes wrong with a disk, on purpose: for tests of file systems, and for teaching.
 *
 * @param badSector a sector that can be neither read nor written; -1: none
 * @param latency how long each request takes at least
 * @param cutAtWrite the power fails at this write to the image's file, counted from 1; 0: never
 * @param torn what that leaves: false, everything since the last flush is gone; true, it is there, and a part of that write too
 * @param onCut called once, after that, on the thread of a queue; from then on every request fails
 */
public record DiskFaults(long badSector, Duration latency, long cutAtWrite, boolean torn, Runnable onCut) {
    /** Nothing goes wrong. */
    public static final DiskFaults NONE = new DiskFaults(-1, Duration.ZERO, 0, false, () -> {});

    /** The same, with a sector that can be neither read nor written. */
    public DiskFaults withBadSector(long sector) {
        return new DiskFaults(sector, latency, cutAtWrite, torn, onCut);
    }

    /** The same, with requests that take so long at least. */
    public DiskFaults withLatency(Duration least) {
        return new DiskFaults(badSector, least, cutAtWrite, torn, onCut);
    }

    /** The same, with a power cut at a write to the file. */
    public DiskFaults withCut(long write, boolean tornWrite) {
        return new DiskFaults(badSector, latency, write, tornWrite, onCut);
    }

    /** The same, with something to do after the power cut. */
    public DiskFaults then(Runnable action) {
        return new DiskFaults(badSector, latency, cutAtWrite, torn, action);
    }

    /** Whether requests are to be held up or refused. */
    boolean disturbRequests() {
        return badSector >= 0 || !latency.isZero();
    }
}
