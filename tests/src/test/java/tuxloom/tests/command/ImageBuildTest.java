package tuxloom.tests.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.tests.Repository;

/** {@code images/build} on a machine whose compiler is only installed while it runs. */
@Tag("boot")
class ImageBuildTest {
    @TempDir
    Path folder;

    /** The version of the compiler is part of the images' key. */
    @Test
    void whatIsBuiltOnAFreshMachineIsUpToDateAfterwards() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may install packages");
        var stubs = new StubPrograms(Files.createDirectory(folder.resolve("bin")));
        var installed = folder.resolve("installed");
        stubs.add("dpkg-query", "[ -e '" + installed + "' ] && exec /usr/bin/dpkg-query \"$@\"; exit 1");
        stubs.add("apt-get", "case \"$*\" in *install*) : >'" + installed + "' ;; esac");

        assertThat(build(stubs)).contains("Installing Debian packages", "guest images are ready");
        assertThat(installed).exists();
        assertThat(build(stubs)).as("what another build has to do").isEmpty();
    }

    private String build(StubPrograms stubs) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(
                        Repository.root().resolve("images/build").toString(),
                        "--output",
                        folder.resolve("images").toString())
                .redirectErrorStream(true);
        builder.environment().putAll(stubs.environment());
        var process = builder.start();
        process.getOutputStream().close();
        var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }
}
