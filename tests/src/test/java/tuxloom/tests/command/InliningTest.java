package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JIT compilers do to the guest's accesses to memory with the flags of the command. */
@Tag("boot")
class InliningTest {
    @TempDir
    Path folder;

    /** Lets the optimising compiler take on early what a guest works at, however busy it is, and say what it does. */
    private static final String OPTIONS = "-XX:+DisplayVMOutput -XX:+PrintCompilation -XX:+PrintInlining"
            + " -XX:Tier4InvocationThreshold=500 -XX:Tier4MinInvocationThreshold=200 -XX:Tier4CompileThreshold=1000"
            + " -XX:Tier3DelayOn=5";

    private static final String WORK = "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; poweroff\n";

    @Test
    void theOptimisingCompilerInlinesAccessesAndTheOtherDoesNot() throws Exception {
        var run = Tuxloom.runWithJavaOptions(folder, OPTIONS, WORK, "boot");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output())
                .containsPattern("tuxloom.access.MemoryAccess::.*force inline by annotation")
                .containsPattern("tuxloom.access.MemoryAccess::.*disallowed by CompileCommand");
    }

    @Test
    void theirDirectivesLeaveNoTraceInTheOutput() throws Exception {
        var run = Tuxloom.run(folder, "poweroff\n", "boot");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output() + run.errors()).doesNotContain("directives");
    }
}
