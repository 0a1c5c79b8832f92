package tuxloom.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
    @TempDir
    Path folder;

    @Test
    void filesAreFoundThroughTheManifest() throws IOException {
        manifest("# built by hand\nformat=1\nkernel=linux.wasm\nkernel.bytes=4\n");
        Files.write(folder.resolve("linux.wasm"), new byte[4]);

        assertThat(Images.in(folder).kernel()).isEqualTo(folder.resolve("linux.wasm"));
    }

    @Test
    void anImageThatWasCutShortIsRefusedWithBothSizes() throws IOException {
        manifest("format=1\ninitramfs=initramfs.cpio.gz\ninitramfs.bytes=100\n");
        Files.write(folder.resolve("initramfs.cpio.gz"), new byte[7]);
        var images = Images.in(folder);

        assertThatThrownBy(images::initramfs).isInstanceOf(IOException.class).hasMessageContainingAll("7", "100");
    }

    @Test
    void anImageThatIsGoneIsNamed() throws IOException {
        manifest("format=1\ndisk.ext4=root.ext4\ndisk.ext4.bytes=100\n");
        var images = Images.in(folder);

        assertThatThrownBy(images::ext4Disk).isInstanceOf(IOException.class).hasMessageContaining("root.ext4");
    }

    @Test
    void anImageThatTheManifestDoesNotNameIsRefused() throws IOException {
        manifest("format=1\n");
        var images = Images.in(folder);

        assertThatThrownBy(images::squashfsDisk).isInstanceOf(IOException.class).hasMessageContaining("disk.squashfs");
    }

    @Test
    void anotherFormatIsRefused() throws IOException {
        manifest("format=2\n");

        assertThatThrownBy(() -> Images.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2");
    }

    @Test
    void aFolderWithoutManifestSaysHowToBuild() {
        assertThatThrownBy(() -> Images.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("images/build");
    }

    @Test
    void theFolderComesFromTheEnvironment() throws IOException {
        var home = Map.of("HOME", "/home/u");
        var xdg = Map.of("HOME", "/home/u", "XDG_CACHE_HOME", "/var/cache/u");
        var cache = Map.of("HOME", "/home/u", "XDG_CACHE_HOME", "/var/cache/u", "TUXLOOM_CACHE", "/big");
        var images = Map.of("TUXLOOM_CACHE", "/big", "TUXLOOM_IMAGES", "/mine");

        assertThat(Images.defaultFolder(home::get)).isEqualTo(Path.of("/home/u/.cache/tuxloom/images/current"));
        assertThat(Images.defaultFolder(xdg::get)).isEqualTo(Path.of("/var/cache/u/tuxloom/images/current"));
        assertThat(Images.defaultFolder(cache::get)).isEqualTo(Path.of("/big/images/current"));
        assertThat(Images.defaultFolder(images::get)).isEqualTo(Path.of("/mine"));
        assertThatThrownBy(() -> Images.defaultFolder(name -> null)).hasMessageContaining("HOME");
    }

    private void manifest(String text) throws IOException {
        Files.writeString(folder.resolve("manifest.properties"), text);
    }
}
