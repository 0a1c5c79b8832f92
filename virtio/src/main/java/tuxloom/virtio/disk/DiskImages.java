package tuxloom.virtio.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tuxloom.virtio.libc.NativeCalls;

/** Opens disk images of all formats, and the images below them. */
public final class DiskImages {
    /** Images on top of each other; a chain that is longer goes in a circle. */
    private static final int MOST_LAYERS = 32;

    private static final int HEADER_BYTES = 1 << 16;

    private DiskImages() {}

    /**
     * Opens and locks the files of a disk. Those that are only read (backing files, the file below an overlay) stay as they are.
     *
     * @throws IOException if they cannot be such a disk, or somebody else has them; the message is one line that names the file and the
     *     reason
     */
    public static Disk open(DiskOptions options) throws IOException {
        return open(options, DiskFaults.NONE);
    }

    /** The same, with things that go wrong on purpose. */
    public static Disk open(DiskOptions options, DiskFaults faults) throws IOException {
        Disk disk = openPlain(options, faults);
        return faults.disturbRequests() ? new FaultyDisk(disk, faults) : disk;
    }

    private static Disk openPlain(DiskOptions options, DiskFaults faults) throws IOException {
        Path overlay = options.overlay();
        if (options.snapshot()) {
            return openSnapshot(options, faults);
        }
        if (overlay == null) {
            return open(options.file(), options.format(), !options.readOnly(), 0, faults);
        }
        if (Files.exists(overlay)) {
            checkBacking(overlay, options.file());
        } else {
            create(overlay, options.file(), options.format());
        }
        return open(overlay, Format.QCOW2, !options.readOnly(), 0, faults);
    }

    /** The overlay has no name any more when this returns, so that it vanishes whichever way the process ends. */
    private static Disk openSnapshot(DiskOptions options, DiskFaults faults) throws IOException {
        Path folder = Files.createTempDirectory("tuxloom-snapshot-");
        Path temporary = folder.resolve("changes.qcow2");
        try {
            Path base = options.overlay() == null ? options.file() : options.overlay();
            create(temporary, base, options.overlay() == null ? options.format() : Format.QCOW2);
            return open(temporary, Format.QCOW2, !options.readOnly(), 0, faults);
        } finally {
            Files.deleteIfExists(temporary);
            Files.delete(folder);
        }
    }

    private static void create(Path overlay, Path base, @Nullable Format given) throws IOException {
        Format format;
        long sizeBytes;
        try (HostFile file = HostFile.open(base, false)) {
            format = formatOf(file, given);
        }
        try (Disk below = open(base, format, false, 0)) {
            sizeBytes = below.sizeBytes();
        }
        Qcow2Images.create(
                overlay,
                Qcow2Images.Layout.of(sizeBytes).over(base.toAbsolutePath().toString(), format));
    }

    private static void checkBacking(Path overlay, Path base) throws IOException {
        try (HostFile file = HostFile.open(overlay, false)) {
            String named = headerOf(file).backingFile();
            if (named == null || !Files.isSameFile(resolve(overlay, named), base)) {
                throw new IOException("disk " + overlay + ": lies over " + (named == null ? "nothing" : named)
                        + ", not over " + base + "; give it a base of its own");
            }
        }
    }

    /** Opens one image, and what it needs below it. */
    static Disk open(Path path, @Nullable Format given, boolean writable, int depth) throws IOException {
        return open(path, given, writable, depth, DiskFaults.NONE);
    }

    private static Disk open(Path path, @Nullable Format given, boolean writable, int depth, DiskFaults faults)
            throws IOException {
        HostFile file = HostFile.open(path, writable);
        file.failLater(faults);
        boolean kept = false;
        try {
            Format format = formatOf(file, given);
            Disk disk = format == Format.RAW ? RawDisk.over(file) : openQcow2(file, depth);
            kept = true;
            return disk;
        } finally {
            if (!kept) {
                file.close();
            }
        }
    }

    private static Disk openQcow2(HostFile file, int depth) throws IOException {
        Qcow2Header header = headerOf(file);
        String named = header.backingFile();
        if (depth == MOST_LAYERS) {
            throw new IOException(
                    "disk " + file.path() + ": more than " + MOST_LAYERS + " images on top of each other");
        }
        Disk backing = null;
        try {
            if (named != null) {
                backing = open(resolve(file.path(), named), backingFormat(file, header), false, depth + 1);
            }
            Qcow2Disk disk = qcow2(file, header, backing);
            backing = null;
            return disk;
        } finally {
            if (backing != null) {
                backing.close();
            }
        }
    }

    /** Opens a qcow2 image over a given disk, after whatever a writer must do first. */
    static Qcow2Disk qcow2(HostFile file, Qcow2Header header, @Nullable Disk backing) throws IOException {
        try {
            if (file.isWritable()) {
                Qcow2Images.prepareForWriting(file, header);
            }
            return new Qcow2Disk(file, header, backing);
        } catch (NativeCalls.Failure e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("disk " + file.path() + ": " + e.getMessage(), e);
        }
    }

    private static Format backingFormat(HostFile file, Qcow2Header header) throws IOException {
        String named = header.backingFormat();
        Format format = named == null ? null : Format.of(named);
        if (named != null && format == null) {
            throw new IOException("disk " + file.path() + ": its backing file has the unknown format " + named);
        }
        if (format != null) {
            return format;
        }
        try (HostFile below = HostFile.open(resolve(file.path(), String.valueOf(header.backingFile())), false)) {
            return formatOf(below, null);
        }
    }

    private static Path resolve(Path image, String named) throws IOException {
        if (named.startsWith("json:") || named.matches("[a-z+]{2,}:.*")) {
            throw new IOException("disk " + image + ": its backing file " + named + " is not a file of this host");
        }
        return image.toAbsolutePath().resolveSibling(named);
    }

    /**
     * A guest can write a qcow2 header to the start of its raw disk, and make the next start read any file of the host as its backing
     * file. So the content alone never decides.
     */
    static Format formatOf(HostFile file, @Nullable Format given) throws IOException {
        if (given != null) {
            return given;
        }
        ByteBuffer start = start(file);
        if (start.limit() < Integer.BYTES || start.getInt(0) != Qcow2Header.MAGIC) {
            return Format.RAW;
        }
        if (file.path().toString().endsWith(".qcow2")) {
            return Format.QCOW2;
        }
        throw new IOException("disk " + file.path() + ": begins like a qcow2 image, but is not called .qcow2;"
                + " say format=qcow2 if it is one, format=raw if a guest wrote that there");
    }

    /** Reads and checks a qcow2 header. */
    static Qcow2Header headerOf(HostFile file) throws IOException {
        try {
            return Qcow2Header.parse(start(file), file.size());
        } catch (NativeCalls.Failure e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("disk " + file.path() + ": " + e.getMessage(), e);
        }
    }

    private static ByteBuffer start(HostFile file) throws IOException {
        int length = (int) Math.min(HEADER_BYTES, file.size());
        ByteBuffer start = ByteBuffer.allocate(length);
        if (length > 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocate(length);
                file.read(0, List.of(bytes));
                start.put(bytes.asByteBuffer()).flip();
            }
        }
        return start;
    }
}
