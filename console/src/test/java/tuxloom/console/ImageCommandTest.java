package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int image(String... arguments) {
        var all = new String[arguments.length + 1];
        all[0] = "image";
        for (var i = 0; i < arguments.length; i++) {
            all[i + 1] = arguments[i].startsWith("@") ? path(arguments[i].substring(1)) : arguments[i];
        }
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new Main(new PrintWriter(out, true), new PrintWriter(err, true)).run(all);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private byte[] random(String name, int bytes) throws IOException {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        Files.write(folder.resolve(name), content);
        return content;
    }

    @Test
    void imagesAreMadeAndDescribed() {
        assertThat(image("create", "@a.qcow2", "10G")).as(err::toString).isZero();
        assertThat(image("info", "@a.qcow2")).isZero();
        assertThat(out.toString()).contains("format: qcow2", "disk size: 10737418240 bytes", "version: 3");
        assertThat(image("check", "@a.qcow2")).isZero();
        assertThat(out.toString()).contains("no errors");
        assertThat(image("create", "@a.img", "1M")).isZero();
        assertThat(folder.resolve("a.img")).hasSize(1 << 20);
    }

    @Test
    void disksSurviveConversionThereAndBack() throws IOException {
        var content = random("a.img", 300 * 512);
        assertThat(image("convert", "@a.img", "@b.qcow2")).as(err::toString).isZero();
        assertThat(image("convert", "@b.qcow2", "@c.img")).as(err::toString).isZero();
        assertThat(Files.readAllBytes(folder.resolve("c.img"))).isEqualTo(content);
        assertThat(image("diff", "@a.img", "@b.qcow2")).isZero();
    }

    @Test
    void differencesAreShown() throws IOException {
        var content = random("a.img", 64 * 512);
        content[5000] ^= 1;
        content[5600] ^= 1;
        Files.write(folder.resolve("b.img"), content);
        assertThat(image("diff", "@a.img", "@b.img")).isEqualTo(1);
        assertThat(out.toString().lines()).containsExactly("1024 bytes at 4608");
    }

    @Test
    void overlayIsCommittedIntoItsBase() throws IOException {
        var content = random("base.img", 1 << 20);
        assertThat(image("create", "-b", "base.img", "@over.qcow2"))
                .as(err::toString)
                .isZero();
        assertThat(image("diff", "@base.img", "@over.qcow2")).isZero();
        assertThat(image("resize", "@over.qcow2", "2M")).as(err::toString).isZero();
        assertThat(image("commit", "@over.qcow2")).isEqualTo(35);
        assertThat(err.toString()).contains("resize that first");
        assertThat(image("resize", "@base.img", "+1M")).as(err::toString).isZero();
        assertThat(image("commit", "@over.qcow2")).as(err::toString).isZero();
        assertThat(Arrays.copyOf(Files.readAllBytes(folder.resolve("base.img")), 1 << 20))
                .isEqualTo(content);
    }

    @Test
    void disksAreNotMadeSmaller() throws IOException {
        random("a.img", 4096);
        assertThat(image("resize", "@a.img", "2K")).isEqualTo(35);
        assertThat(err.toString()).contains("4096").hasLineCount(1);
        assertThat(folder.resolve("a.img")).hasSize(4096);
    }

    @Test
    void mistakesAreOneLine() throws IOException {
        random("a.img", 4096);
        String[][] wrongs = {
            {"info", "@missing.img"},
            {"create", "@a.img", "1M"},
            {"create", "@b.img"},
            {"create", "@b.img", "lots"},
            {"create", "@b.img", "513"},
            {"create", "-f", "vmdk", "@b.img", "1M"},
            {"convert", "@a.img"},
            {"info", "-f", "qcow2", "@a.img"},
            {"commit", "@a.img"},
            {"frobnicate", "@a.img"}
        };
        for (var wrong : wrongs) {
            assertThat(image(wrong)).as(String.join(" ", wrong)).isEqualTo(35);
            assertThat(err.toString())
                    .as(String.join(" ", wrong))
                    .startsWith("tuxloom: ")
                    .hasLineCount(1);
        }
        assertThat(folder.resolve("b.img")).doesNotExist();
    }

    @Test
    void helpListsTheCommands() {
        assertThat(image("--help")).isZero();
        assertThat(out.toString()).contains("info", "check", "create", "convert", "resize", "commit", "diff");
        assertThat(image("create", "--help")).isZero();
        assertThat(out.toString()).contains("--backing");
        assertThat(image()).isEqualTo(35);
    }
}
