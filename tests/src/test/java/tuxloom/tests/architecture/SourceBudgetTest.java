package tuxloom.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Limits on the size of files and methods, and what must not stand in the source. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SourceBudgetTest {
    private static final int MAXIMUM_FILE_LINES = 400;
    private static final int MAXIMUM_METHOD_LINES = 70;

    /** Files that may be longer, and why. */
    private static final Map<String, String> LONG_FILES = Map.of();

    /** Methods (class file and name) that may be longer, and why. */
    private static final Map<String, String> LONG_METHODS = Map.of();

    /** Files that may catch everything, and why. */
    private static final Map<String, String> CATCH_EVERYTHING = Map.of(
            "machine/engine/src/main/java/tuxloom/engine/NativeRegion.java",
            "a native call through a method handle declares Throwable",
            "machine/engine/src/main/java/tuxloom/engine/StackPointer.java",
            "a native call through a method handle declares Throwable",
            "machine/src/main/java/tuxloom/machine/VirtualThreads.java",
            "a call through a method handle declares Throwable",
            "machine/src/main/java/tuxloom/machine/GuestTask.java",
            "outermost frame of a guest task",
            "virtio/src/main/java/tuxloom/virtio/QueueWorker.java",
            "outermost frame of a queue's worker",
            "virtio/src/main/java/tuxloom/virtio/libc/NativeCalls.java",
            "a native call through a method handle declares Throwable");

    /** Put together here, so that this file does not find itself. */
    private static final Set<String> FORBIDDEN = Set.of(
            "TO" + "DO", "FIX" + "ME", "XX" + "X", "not imple" + "mented", "Thread.sl" + "eep(", "@Dis" + "abled");

    private List<Sources.Source> sources = List.of();

    @BeforeAll
    void parse() throws IOException {
        sources = Sources.parseAll();
        assertThat(sources).as("Java sources of the repository").hasSizeGreaterThan(10);
    }

    @Test
    void noFileIsLongerThanItsBudget() {
        Map<String, Long> tooLong = new TreeMap<>();
        for (Sources.Source source : sources) {
            if (source.lines() > MAXIMUM_FILE_LINES) {
                tooLong.put(source.path(), source.lines());
            }
        }
        assertThat(tooLong.keySet()).as("lines: %s", tooLong).isEqualTo(LONG_FILES.keySet());
    }

    @Test
    void noMethodIsLongerThanItsBudget() {
        Map<String, Long> tooLong = new TreeMap<>();
        for (Sources.Source source : sources) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree method, Void unused) {
                    long lines = lines(source, method);
                    if (lines > MAXIMUM_METHOD_LINES) {
                        tooLong.put(source.path() + " " + method.getName(), lines);
                    }
                    return super.visitMethod(method, null);
                }
            }.scan(source.tree(), null);
        }
        assertThat(tooLong.keySet()).as("lines: %s", tooLong).isEqualTo(LONG_METHODS.keySet());
    }

    @Test
    void onlyListedOutermostFramesCatchEverything() {
        Set<String> catching = new TreeSet<>();
        for (Sources.Source source : sources) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitCatch(CatchTree clause, Void unused) {
                    if (clause.getParameter().getType().toString().matches("(java\\.lang\\.)?Throwable")) {
                        catching.add(source.path());
                    }
                    return super.visitCatch(clause, null);
                }
            }.scan(source.tree(), null);
        }
        assertThat(catching).isEqualTo(new TreeSet<>(CATCH_EVERYTHING.keySet()));
    }

    @Test
    void sourcesHoldNoLooseEnds() {
        List<String> found = new ArrayList<>();
        for (Sources.Source source : sources) {
            for (String word : FORBIDDEN) {
                if (source.text().contains(word)) {
                    found.add(source.path() + ": " + word);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static long lines(Sources.Source source, MethodTree method) {
        var positions = source.trees().getSourcePositions();
        long start = positions.getStartPosition(source.tree(), method);
        long end = positions.getEndPosition(source.tree(), method);
        var map = source.tree().getLineMap();
        return map.getLineNumber(end) - map.getLineNumber(start) + 1;
    }
}
