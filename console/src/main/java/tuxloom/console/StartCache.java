package tuxloom.console;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The folder with prepared starts (docs/start-up.md), as {@code tuxloom cache} sees it: one folder for each kernel and build, named after
 * the hashes of both. The launcher makes and uses the entries.
 */
final class StartCache {
    private static final String ENTRY_NAMES = "[0-9a-f]*-[0-9a-f]*";
    private static final String SEAL = "seal";
    private static final String PROPERTIES = "entry.properties";

    private final Path folder;

    /** @param folder need not exist */
    StartCache(Path folder) {
        this.folder = folder;
    }

    /** What an entry is good for. */
    enum State {
        CURRENT("current"),
        OTHER_BUILD("of another build of the host or the JDK"),
        UNFINISHED("unfinished");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * One prepared start.
     *
     * @param kernel the file it was made for, or "an unknown kernel"
     * @param made when it was finished, or last touched
     */
    record Entry(Path folder, String kernel, Instant made, long bytes, State state) {}

    /**
     * Returns all entries, newest first.
     *
     * @param build the version of the host and the JDK that run now
     */
    List<Entry> entries(String build) throws IOException {
        var entries = new ArrayList<Entry>();
        for (var entry : entryFolders()) {
            entries.add(read(entry, build));
        }
        entries.sort(Comparator.comparing(Entry::made).reversed());
        return entries;
    }

    private static Entry read(Path entry, String build) throws IOException {
        var seal = entry.resolve(SEAL);
        var sealed = Files.exists(seal);
        var state = State.OTHER_BUILD;
        if (!sealed) {
            state = State.UNFINISHED;
        } else if (entry.getFileName().toString().endsWith("-" + build)) {
            state = State.CURRENT;
        }
        return new Entry(
                entry,
                kernel(entry.resolve(PROPERTIES)),
                Files.getLastModifiedTime(sealed ? seal : entry).toInstant(),
                bytes(entry),
                state);
    }

    private static String kernel(Path properties) throws IOException {
        if (Files.exists(properties)) {
            for (var line : Files.readAllLines(properties)) {
                if (line.startsWith("kernel=")) {
                    return line.substring("kernel=".length());
                }
            }
        }
        return "an unknown kernel";
    }

    private static long bytes(Path entry) throws IOException {
        var bytes = 0L;
        try (var files = Files.newDirectoryStream(entry)) {
            for (var file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** Removes all entries and what is remembered of kernels; a boot that uses one goes on. Returns the number of entries. */
    int clear() throws IOException {
        var entries = entryFolders();
        for (var entry : entries) {
            // First what makes it valid: a start that comes in between must not use the rest.
            Files.deleteIfExists(entry.resolve(SEAL));
            delete(entry);
        }
        delete(folder.resolve("kernels"));
        for (var failure : found("*.failed")) {
            Files.deleteIfExists(failure);
        }
        return entries.size();
    }

    private List<Path> entryFolders() throws IOException {
        var entries = found(ENTRY_NAMES);
        entries.removeIf(entry -> !Files.isDirectory(entry));
        return entries;
    }

    private List<Path> found(String names) throws IOException {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, names)) {
                stream.forEach(found::add);
            }
        }
        return found;
    }

    /** Deletes a folder of files; a folder that is not there is fine. */
    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
