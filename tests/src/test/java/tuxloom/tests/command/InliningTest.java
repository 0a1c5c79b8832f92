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

    @Test
    void theOptimisingCompilerInlinesAccessesAndTheOtherDoesNot() throws Exception {
        var run = Tuxloom.runWithJavaOptions(
                folder, "-XX:+DisplayVMOutput -XX:+PrintCompilation -XX:+PrintInlining", "poweroff\n", "boot");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output())
                .containsPattern("tuxloom.access.MemoryAccess::i32Load .*force inline by annotation")
                .containsPattern("tuxloom.access.MemoryAccess::i32Load .*disallowed by CompileCommand");
    }

    @Test
    void theirDirectivesLeaveNoTraceInTheOutput() throws Exception {
        var run = Tuxloom.run(folder, "poweroff\n", "boot");

        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output() + run.errors()).doesNotContain("directives");
    }
}
