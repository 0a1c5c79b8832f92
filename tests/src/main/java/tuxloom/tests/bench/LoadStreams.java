package tuxloom.tests.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the guest of {@link LongRun} prints, line by line: finds every byte that was lost, doubled or changed on the way, remembers what
 * the disks must hold, and the longest gap between two marks of each stream. One thread at a time.
 */
final class LoadStreams {
    static final int NUMBERS_IN_LINE = 100;
    static final int LINES_AT_ONCE = 400;
    private static final int MOST_MISTAKES = 20;

    /** The gap at which a stream counts as stalled. */
    static final long STALL_NANOS = 1_000_000_000;

    private final String scanSum;
    private final Deque<String> typedSums = new ArrayDeque<>();
    private final Map<String, Pace> paces = new TreeMap<>();
    private final Map<String, String> files = new HashMap<>();
    private final Map<Integer, Long> blocks = new HashMap<>();
    private final Map<String, String> diskStatistics = new TreeMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private final List<Gap> stalls = new ArrayList<>();
    private long mistakeCount;
    private long nextNumber;
    private int nextLine = 1;
    private long bytes;
    private boolean begun;
    private boolean ended;
    private boolean stopping;

    /** A time without a mark of a stream; {@link System#nanoTime} at its end. */
    record Gap(String stream, long endNanos, long nanos) {}

    private static final class Pace {
        private long lastNanos;
        private long marks;
        private long longestNanos;
    }

    /** @param scanSum the checksum of the disk that the guest only reads */
    LoadStreams(String scanSum) {
        this.scanSum = scanSum;
    }

    /** Notes the checksum of a block that is about to be typed. */
    void typing(String sum) {
        typedSums.add(sum);
    }

    /**
     * Takes a line of the console, without its end.
     *
     * @param nowNanos when it arrived
     * @return whether it said that a typed block has arrived
     */
    boolean take(String line, long nowNanos) {
        if (!begun) {
            begun = line.equals("load-begins");
            return false;
        }
        bytes += line.length() + 1;
        if (line.isEmpty()) {
            mistake("an empty line");
            return false;
        }
        String[] words = line.split(" ", 3);
        switch (words[0]) {
            case "f" -> takeFile(line, words, nowNanos);
            case "b", "d" -> takeBlock(line, nowNanos);
            case "c" -> {
                mark("scan", nowNanos);
                expect("c " + scanSum + "  /dev/vdc", line);
            }
            case "i" -> {
                mark("typed", nowNanos);
                String sum = typedSums.poll();
                expect("i " + sum, line);
                return true;
            }
            case "p" -> takeLine(line, nowNanos);
            case "s" -> diskStatistics.put(words[1], words.length > 2 ? words[2].strip() : "");
            case "e" -> mistake("a command of this stream did not start: " + line.substring(2));
            case "k" -> takeStep(line, nowNanos);
            case "t" -> expect("t", line);
            case "load-ends" -> ended = true;
            default -> takeNumbers(line, nowNanos);
        }
        return false;
    }

    private void takeStep(String line, long nowNanos) {
        if (line.matches("k (files [ab]|blocks [01]|scan)")) {
            mark(line.substring(2), nowNanos);
        } else {
            mistake("unknown line: " + line);
        }
    }

    private void takeFile(String line, String[] words, long nowNanos) {
        if (!line.matches("f [ab][0-9]{1,2} [0-9a-f]{32}")) {
            mistake("unknown line: " + line);
            return;
        }
        mark("files " + words[1].charAt(0), nowNanos);
        files.put(words[1], words[2]);
    }

    /** A block's generation; 0 says discarded. */
    private void takeBlock(String line, long nowNanos) {
        if (!line.matches("b [0-9]{1,3} [0-9]{1,9}|d [0-9]{1,3}")) {
            mistake("unknown line: " + line);
            return;
        }
        String[] words = line.split(" ", -1);
        int block = Integer.parseInt(words[1]);
        mark("blocks " + block / 128, nowNanos);
        blocks.put(block, words.length == 3 ? Long.parseLong(words[2]) : 0);
    }

    private void takeLine(String line, long nowNanos) {
        mark("lines", nowNanos);
        expect("p " + nextLine + " a line that is told from the others by its number only", line);
        nextLine = nextLine % LINES_AT_ONCE + 1;
    }

    private void takeNumbers(String line, long nowNanos) {
        if (!line.matches("[0-9.]+")) {
            mistake("unknown line: " + line);
            return;
        }
        mark("numbers", nowNanos);
        StringBuilder wanted = new StringBuilder().append(nextNumber);
        for (int i = 1; i < NUMBERS_IN_LINE; i++) {
            wanted.append('.').append(nextNumber + i);
        }
        expect(wanted.toString(), line);
        // One mistake must not make all later lines wrong.
        String last = line.substring(line.lastIndexOf('.') + 1);
        nextNumber = last.matches("[0-9]{1,15}") ? Long.parseLong(last) + 1 : nextNumber + NUMBERS_IN_LINE;
    }

    private void expect(String wanted, String line) {
        if (!line.equals(wanted)) {
            mistake("'" + line + "' instead of '" + wanted + "'");
        }
    }

    /** Counts a mistake, and keeps the first ones. */
    void mistake(String text) {
        mistakeCount++;
        if (mistakes.size() < MOST_MISTAKES) {
            mistakes.add(text);
            System.out.println("mistake: " + text);
        }
    }

    private void mark(String stream, long nowNanos) {
        Pace pace = paces.computeIfAbsent(stream, name -> new Pace());
        if (pace.marks > 0 && !stopping) {
            long gap = nowNanos - pace.lastNanos;
            pace.longestNanos = Math.max(pace.longestNanos, gap);
            if (gap > STALL_NANOS) {
                stalls.add(new Gap(stream, nowNanos, gap));
            }
        }
        pace.marks++;
        pace.lastNanos = nowNanos;
    }

    /** The streams are told to end: a silence until now counts as a gap, a later one does not. */
    void stopping(long nowNanos) {
        paces.keySet().forEach(stream -> mark(stream, nowNanos));
        stopping = true;
    }

    boolean begun() {
        return begun;
    }

    boolean ended() {
        return ended;
    }

    long bytes() {
        return bytes;
    }

    long mistakeCount() {
        return mistakeCount;
    }

    /** The first mistakes. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    List<Gap> stalls() {
        return List.copyOf(stalls);
    }

    /** Checksums of the files that were synced, by name. */
    Map<String, String> files() {
        return Map.copyOf(files);
    }

    /** The generation of each block that was written; 0 for one that was discarded. */
    Map<Integer, Long> blocks() {
        return Map.copyOf(blocks);
    }

    Map<String, String> diskStatistics() {
        return Map.copyOf(diskStatistics);
    }

    Map<String, Long> marks() {
        Map<String, Long> marks = new TreeMap<>();
        paces.forEach((stream, pace) -> marks.put(stream, pace.marks));
        return marks;
    }

    Map<String, Long> longestGapsMillis() {
        Map<String, Long> gaps = new TreeMap<>();
        paces.forEach((stream, pace) -> gaps.put(stream, pace.longestNanos / 1_000_000));
        return gaps;
    }
}
