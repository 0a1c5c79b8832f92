package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tuxloom image} does with image files. Every method opens and locks the files it needs and closes them again; a format that
 * is null is found out as for a disk. Each {@link IOException} has one line that names the file.
 */
public final class ImageFiles {
    private static final int CHUNK_BYTES = 1 << 20;

    private ImageFiles() {}

    /**
     * What was found in an image.
     *
     * @param lines what is wrong, a line each, the first of many
     * @param errors how much is wrong in all
     * @param leaks clusters that are counted and that nobody uses: a waste, but harmless
     */
    public record CheckReport(List<String> lines, long errors, long leaks) {}

    /** A range in which two disks differ. */
    public record Difference(long offset, long length) {}

    /** Describes an image, a line each. */
    public static List<String> info(Path path, @Nullable Format given) throws IOException {
        List<String> lines = new ArrayList<>();
        try (HostFile file = HostFile.open(path, false)) {
            Format format = DiskImages.formatOf(file, given);
            lines.add("file: " + path);
            lines.add("format: " + format.text());
            if (format == Format.RAW) {
                lines.add("disk size: " + file.size() + " bytes");
                return lines;
            }
            Qcow2Header header = DiskImages.headerOf(file);
            lines.add("disk size: " + header.sizeBytes() + " bytes");
            lines.add("file size: " + file.size() + " bytes");
            lines.add("version: " + header.version());
            lines.add("cluster size: " + header.clusterBytes() + " bytes");
            lines.add("compression: "
                    + header.compression().name().toLowerCase(Locale.ROOT)
                    + "; reference counts: " + (1 << header.refcountOrder()) + " bits"
                    + (header.lazy() ? ", lazy" : ""));
            if (header.backingFile() != null) {
                lines.add("backing file: " + header.backingFile()
                        + (header.backingFormat() == null ? "" : " (" + header.backingFormat() + ")"));
            }
            if (header.snapshots() > 0) {
                lines.add("internal snapshots: " + header.snapshots());
            }
            if (header.dirty() || header.corrupt()) {
                lines.add("marked as: " + (header.corrupt() ? "corrupt" : "dirty"));
            }
        }
        return lines;
    }

    /** Looks for mistakes in the tables of an image. A raw image has none. */
    public static CheckReport check(Path path, @Nullable Format given) throws IOException {
        try (HostFile file = HostFile.open(path, false)) {
            if (DiskImages.formatOf(file, given) == Format.RAW) {
                return new CheckReport(List.of(), 0, 0);
            }
            Qcow2Header header = DiskImages.headerOf(file);
            if (header.snapshots() > 0) {
                throw new IOException("disk " + path + ": has internal snapshots, which are not checked here");
            }
            try {
                Qcow2Check check = Qcow2Check.of(file, header);
                check.compareCounts();
                return new CheckReport(check.errors(), check.errorCount(), check.leaks());
            } catch (CorruptImageException e) {
                return new CheckReport(List.of(String.valueOf(e.getMessage())), 1, 0);
            }
        }
    }

    /**
     * Makes an image.
     *
     * @param sizeBytes of the disk; -1 takes the backing file's size
     * @param backing what the image lies over, null for nothing; a relative path is relative to the image
     */
    public static void create(
            Path path, Format format, long sizeBytes, @Nullable Path backing, @Nullable Format backingFormat)
            throws IOException {
        if (backing == null) {
            create(path, format, sizeBytes);
            return;
        }
        if (format == Format.RAW) {
            throw new IOException("disk " + path + ": a raw image cannot have a backing file");
        }
        Path found = path.toAbsolutePath().resolveSibling(backing);
        Format below;
        try (HostFile file = HostFile.open(found, false)) {
            below = DiskImages.formatOf(file, backingFormat);
        }
        long size = sizeBytes >= 0 ? sizeBytes : sizeBytes(found, below);
        Qcow2Images.create(path, Qcow2Images.Layout.of(size).over(backing.toString(), below));
    }

    private static void create(Path path, Format format, long sizeBytes) throws IOException {
        if (format == Format.QCOW2) {
            Qcow2Images.create(path, Qcow2Images.Layout.of(sizeBytes));
            return;
        }
        try (HostFile file = HostFile.create(path)) {
            file.setSize(sizeBytes);
        }
    }

    /** Returns the size of an image's disk. */
    public static long sizeBytes(Path path, @Nullable Format given) throws IOException {
        try (Disk disk = DiskImages.open(path, given, false, 0)) {
            return disk.sizeBytes();
        }
    }

    /** Copies a disk, with all that lies below it, into a new image; what is zero takes no space. */
    public static void convert(Path source, @Nullable Format given, Path target, Format format) throws IOException {
        try (Disk from = DiskImages.open(source, given, false, 0)) {
            create(target, format, from.sizeBytes());
            boolean complete = false;
            try (Disk into = DiskImages.open(target, format, true, 0)) {
                copy(from, into);
                into.flush();
                complete = true;
            } finally {
                if (!complete) {
                    Files.deleteIfExists(target);
                }
            }
        }
    }

    /**
     * Copies a disk, with all that lies below it, into a new qcow2 image of compressed clusters.
     *
     * @param compression zlib or zstd; images with the latter are read by QEMU 5.1 and newer
     */
    public static void convertCompressed(Path source, @Nullable Format given, Path target, String compression)
            throws IOException {
        Qcow2Compression method = Qcow2Compression.named(compression);
        try (Disk from = DiskImages.open(source, given, false, 0)) {
            Qcow2Images.create(target, Qcow2Images.Layout.of(from.sizeBytes()).withCompression(method));
            boolean complete = false;
            HostFile file = HostFile.open(target, true);
            try (Qcow2Disk into = DiskImages.qcow2(file, DiskImages.headerOf(file), null)) {
                copyCompressed(from, into);
                into.flush();
                complete = true;
            } finally {
                if (!complete) {
                    Files.deleteIfExists(target);
                }
            }
        }
    }

    private static void copyCompressed(Disk from, Qcow2Disk into) throws IOException {
        int unit = into.discardGranularityBytes();
        byte[] compressed = new byte[unit];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeroes = arena.allocate(unit);
            MemorySegment cluster = arena.allocate(unit);
            for (long at = 0; at < from.sizeBytes(); at += unit) {
                read(from, at, cluster);
                if (cluster.mismatch(zeroes) < 0) {
                    continue;
                }
                int length = into.header().compression().deflate(cluster.toArray(ValueLayout.JAVA_BYTE), compressed);
                // Space is taken in sectors; the last cluster of the disk may be one in part.
                if (length <= unit - Disk.SECTOR_BYTES && at + unit <= from.sizeBytes()) {
                    into.writeCompressed(at, compressed, length);
                } else {
                    into.write(at, List.of(cluster.asSlice(0, Math.min(unit, from.sizeBytes() - at))));
                }
            }
        }
    }

    private static void copy(Disk from, Disk into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeroes = arena.allocate(CHUNK_BYTES);
            MemorySegment chunk = arena.allocate(CHUNK_BYTES);
            int unit = into.discardGranularityBytes();
            for (long at = 0; at < from.sizeBytes(); at += CHUNK_BYTES) {
                long length = Math.min(CHUNK_BYTES, from.sizeBytes() - at);
                from.read(at, List.of(chunk.asSlice(0, length)));
                for (long part = 0; part < length; part += unit) {
                    MemorySegment piece = chunk.asSlice(part, Math.min(unit, length - part));
                    if (piece.mismatch(zeroes.asSlice(0, piece.byteSize())) >= 0) {
                        into.write(at + part, List.of(piece));
                    }
                }
            }
        }
    }

    /**
     * Makes a disk larger.
     *
     * @throws IOException also if it would become smaller: what would be cut off is the guest's to move first
     */
    public static void resize(Path path, @Nullable Format given, long sizeBytes) throws IOException {
        try (HostFile file = HostFile.open(path, true)) {
            boolean raw = DiskImages.formatOf(file, given) == Format.RAW;
            Qcow2Header header = raw ? null : DiskImages.headerOf(file);
            long now = header == null ? file.size() : header.sizeBytes();
            if (sizeBytes < now) {
                throw new IOException("disk " + path + ": has " + now + " bytes and is not made smaller than that");
            }
            if (header == null) {
                file.setSize(sizeBytes);
            } else {
                Qcow2Images.prepareForWriting(file, header);
                Qcow2Images.grow(file, header, sizeBytes);
            }
        }
    }

    /** Writes an overlay's changes into the image below it; the overlay is empty then. Returns the bytes written. */
    public static long commit(Path overlay) throws IOException {
        try (HostFile file = HostFile.open(overlay, true)) {
            Qcow2Header header = DiskImages.headerOf(file);
            String named = header.backingFile();
            if (named == null) {
                throw new IOException("disk " + overlay + ": lies over no other image");
            }
            Path below = overlay.toAbsolutePath().resolveSibling(named);
            Format format = header.backingFormat() == null ? null : Format.of(header.backingFormat());
            if (sizeBytes(below, format) < header.sizeBytes()) {
                throw new IOException("disk " + overlay + ": is larger than " + below + "; resize that first");
            }
            try (Disk base = DiskImages.open(below, format, true, 0);
                    Qcow2Disk own = DiskImages.qcow2(file, header, null)) {
                long bytes = commit(own, base);
                base.flush();
                own.forgetOwnRanges();
                return bytes;
            }
        }
    }

    private static long commit(Qcow2Disk own, Disk base) throws IOException {
        long[] bytes = {0};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(own.discardGranularityBytes());
            own.forOwnRanges((offset, length, zeroes) -> {
                bytes[0] += length;
                if (zeroes) {
                    base.writeZeroes(offset, length, true);
                } else {
                    MemorySegment piece = buffer.asSlice(0, length);
                    own.read(offset, List.of(piece));
                    base.write(offset, List.of(piece));
                }
            });
        }
        return bytes[0];
    }

    /**
     * Compares two disks, with all that lies below them. The longer one's rest counts as different unless it is zero.
     *
     * @param most how many ranges to return at most
     */
    public static List<Difference> diff(
            Path one, @Nullable Format oneFormat, Path other, @Nullable Format otherFormat, int most)
            throws IOException {
        List<Difference> differences = new ArrayList<>();
        try (Disk a = DiskImages.open(one, oneFormat, false, 0);
                Disk b = DiskImages.open(other, otherFormat, false, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment ofA = arena.allocate(CHUNK_BYTES);
            MemorySegment ofB = arena.allocate(CHUNK_BYTES);
            long end = Math.max(a.sizeBytes(), b.sizeBytes());
            for (long at = 0; at < end && differences.size() <= most; at += CHUNK_BYTES) {
                read(a, at, ofA);
                read(b, at, ofB);
                if (ofA.mismatch(ofB) >= 0) {
                    compare(at, Math.min(CHUNK_BYTES, end - at), ofA, ofB, differences);
                }
            }
        }
        return differences.subList(0, Math.min(most, differences.size()));
    }

    private static void read(Disk disk, long at, MemorySegment into) throws IOException {
        long length = Math.clamp(disk.sizeBytes() - at, 0, into.byteSize());
        if (length > 0) {
            disk.read(at, List.of(into.asSlice(0, length)));
        }
        into.asSlice(length).fill((byte) 0);
    }

    /** Adds sectors that differ; neighbours become one range. */
    private static void compare(long at, long length, MemorySegment a, MemorySegment b, List<Difference> into) {
        for (long sector = 0; sector < length; sector += Disk.SECTOR_BYTES) {
            if (MemorySegment.mismatch(a, sector, sector + Disk.SECTOR_BYTES, b, sector, sector + Disk.SECTOR_BYTES)
                    < 0) {
                continue;
            }
            Difference last = into.isEmpty() ? new Difference(-1, 0) : into.getLast();
            if (last.offset + last.length == at + sector) {
                into.set(into.size() - 1, new Difference(last.offset, last.length + Disk.SECTOR_BYTES));
            } else {
                into.add(new Difference(at + sector, Disk.SECTOR_BYTES));
            }
        }
    }
}
