package tuxloom.console;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.CodeCache;
import tuxloom.engine.CodeRecorder;

/**
 * The host's side of a prepared start (docs/start-up.md): the launcher says by system properties whether this process uses an entry of
 * the cache or makes one. It alone decides, because the class path and the JDK's own cache are given when the JVM starts.
 */
final class FastStart {
    /** The entry to use. */
    private static final String USE = "tuxloom.start";

    /** The entry to make: classes are written there when the machine has ended. */
    private static final String MAKE = "tuxloom.start.make";

    /** Whether the JDK's cache is made from this process. */
    private static final String TRAIN = "tuxloom.start.train";

    /** After how many seconds a machine is ended that only runs to make an entry. */
    private static final String LIMIT = "tuxloom.start.limit";

    /** The version of everything that is compiled into an entry. */
    private static final String BUILD = "tuxloom.build";

    /** The program that makes the entry for the next start, and its arguments. */
    private static final String MAKER = "tuxloom.start.maker";

    private static final String MAKER_KERNEL = "tuxloom.start.kernel";
    private static final String MAKER_INITRD = "tuxloom.start.initrd";

    static final String CLASSES = "code.jar";
    static final String INDEX = "index";

    private final HostMessages messages;
    private final @Nullable CodeRecorder recorder;

    private FastStart(HostMessages messages, @Nullable CodeRecorder recorder) {
        this.messages = messages;
        this.recorder = recorder;
    }

    /** Does what the launcher said; to be called before the kernel is parsed. An entry that cannot be used costs time, no more. */
    static FastStart begin(HostMessages messages) {
        var build = build();
        var use = System.getProperty(USE);
        if (use != null) {
            try {
                if (!CodeCache.use(Path.of(use, INDEX), build)) {
                    messages.line("the prepared start in " + use + " is of another build; it is not used");
                }
            } catch (IOException e) {
                messages.line("the prepared start in " + use + " is not used: " + e.getMessage());
            }
        }
        return new FastStart(messages, System.getProperty(MAKE) == null ? null : CodeRecorder.start());
    }

    /**
     * In the foreground: a process that goes on after its command has ended would surprise, and so would one that competes with the
     * guest. What it says goes to stderr, stdout stays the guest's.
     */
    private static void make(String maker) {
        var command = new ProcessBuilder(
                        maker, System.getProperty(MAKER_KERNEL, ""), System.getProperty(MAKER_INITRD, ""))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            // Whether it succeeds or not: it has said so, and this boot went well.
            var _ = command.start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw CommandFailure.hostError(maker + " did not run: " + e.getMessage());
        }
    }

    /** The version of everything that is compiled into an entry, as the launcher says it. */
    static String build() {
        return System.getProperty(BUILD, "");
    }

    /** How long the machine may run, if there is a limit. */
    static Optional<Duration> limit() {
        return Optional.ofNullable(Long.getLong(LIMIT)).map(Duration::ofSeconds);
    }

    /** Once the machine has ended well: writes the entry if this process makes one, or has one made if the launcher found none. */
    void end() {
        var maker = System.getProperty(MAKER);
        if (maker != null) {
            make(maker);
        }
        if (Boolean.getBoolean(TRAIN)) {
            CodeCache.loadRecorded();
            // Trainings type on a terminal where the host can make one; boots with other input need this class instead.
            var _ = Objects.requireNonNull(PipedInput.class);
        }
        var folder = System.getProperty(MAKE);
        if (recorder == null || folder == null) {
            return;
        }
        try {
            var count = recorder.write(Path.of(folder, CLASSES), Path.of(folder, INDEX), build());
            messages.line(count + " classes were written");
        } catch (IOException e) {
            throw CommandFailure.hostError("the prepared start cannot be written: " + e.getMessage());
        }
    }
}
