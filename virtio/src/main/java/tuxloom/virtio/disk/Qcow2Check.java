package tuxloom.virtio.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Walks all tables of a qcow2 image and compares what refers to each cluster with its reference count. The image is not changed. */
final class Qcow2Check {
    /** Lines about single errors; a broken table has thousands. */
    private static final int MOST_LINES = 20;

    private final HostFile file;
    private final Qcow2Header header;
    private final int[] expected;
    private final List<String> errors = new ArrayList<>();
    private long errorCount;
    private long leaks;
    private long usedClusters;
    private long compressedClusters;

    private Qcow2Check(HostFile file, Qcow2Header header) throws IOException {
        this.file = file;
        this.header = header;
        this.expected = new int[Math.toIntExact((file.size() + header.clusterBytes() - 1) >> header.clusterBits())];
    }

    /** Counts the references to each cluster. */
    static Qcow2Check of(HostFile file, Qcow2Header header) throws IOException {
        Qcow2Check check = new Qcow2Check(file, header);
        check.walk();
        return check;
    }

    /** Returns how many references there are to each cluster of the file. */
    int[] expected() {
        return expected;
    }

    List<String> errors() {
        return errors;
    }

    long errorCount() {
        return errorCount;
    }

    /** Clusters that are counted and that nobody uses. */
    long leaks() {
        return leaks;
    }

    long usedClusters() {
        return usedClusters;
    }

    long compressedClusters() {
        return compressedClusters;
    }

    /** Compares with the image's own counts. */
    void compareCounts() throws IOException {
        Refcounts refcounts = new Refcounts(file, header);
        for (int cluster = 0; cluster < expected.length; cluster++) {
            long count = refcounts.get(cluster);
            if (count < expected[cluster]) {
                error("the cluster at 0x%s has %d references and a count of %d"
                        .formatted(hex((long) cluster << header.clusterBits()), expected[cluster], count));
            } else if (count > expected[cluster]) {
                leaks++;
            }
        }
    }

    private void walk() throws IOException {
        refer(0, 1, "header");
        refer(header.l1Offset(), (long) header.l1Entries() * Long.BYTES, "L1 table");
        Refcounts refcounts = new Refcounts(file, header);
        for (long cluster : refcounts.ownClusters()) {
            refer(cluster << header.clusterBits(), 1, "reference counts");
        }
        Qcow2Map map = new Qcow2Map(file, header);
        for (long offset : map.l2Tables()) {
            refer(offset, header.clusterBytes(), "L2 table");
        }
        // A table that two L1 entries refer to is an error already; walking it again and again could take for ever.
        Set<Long> walked = new HashSet<>();
        long cluster = map.nextMapped(0);
        while (cluster < header.clusters()) {
            if (cluster % header.l2Entries() == 0 && !walked.add(map.l2OffsetOf(cluster))) {
                cluster = map.nextMapped(cluster + header.l2Entries());
                continue;
            }
            try {
                walk(map.entry(cluster));
            } catch (CorruptImageException e) {
                error(String.valueOf(e.getMessage()));
            }
            cluster = map.nextMapped(cluster + 1);
        }
    }

    private void walk(long entry) {
        switch (Qcow2Entry.kind(entry)) {
            case COMPRESSED -> {
                compressedClusters++;
                usedClusters++;
                long offset = Qcow2Entry.compressedOffset(entry, header.clusterBits());
                refer(offset, Qcow2Entry.compressedBytes(entry, header.clusterBits()), "compressed cluster");
            }
            case DATA, ZEROES -> {
                if (Qcow2Entry.offset(entry) != 0) {
                    usedClusters++;
                    refer(Qcow2Entry.offset(entry), 1, "cluster");
                }
            }
            case BACKING -> {}
        }
    }

    private void refer(long offset, long bytes, String what) {
        if (bytes == 0) {
            return;
        }
        int bits = header.clusterBits();
        // The last sector of compressed bytes may end behind the file.
        for (long cluster = offset >> bits; cluster <= (offset + bytes - 1) >> bits; cluster++) {
            if (cluster < 0 || cluster >= expected.length) {
                error("a " + what + " lies at 0x" + hex(offset) + ", outside the file");
                return;
            }
            expected[(int) cluster]++;
        }
    }

    private void error(String line) {
        errorCount++;
        if (errors.size() < MOST_LINES) {
            errors.add(line);
        }
    }

    private static String hex(long value) {
        return Long.toHexString(value);
    }
}
