package tuxloom.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The guest images that {@code images/build} made: a folder with a {@code manifest.properties} of plain {@code key=value} lines.
 * Immutable. The sizes the manifest names are checked, so that a copy that was cut short is not booted; hashes are not, because
 * hashing would cost every start more than finding the files does.
 */
public final class Images {
    private static final String MANIFEST = "manifest.properties";
    private static final String FORMAT = "1";

    private final Path folder;
    private final Map<String, String> manifest;

    private Images(Path folder, Map<String, String> manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /**
     * Finds the images last built: in the folder that the environment variable {@code TUXLOOM_IMAGES} names, else
     * {@code images/current} in the cache folder ({@code TUXLOOM_CACHE}, else {@code tuxloom} in {@code XDG_CACHE_HOME}, else in
     * {@code ~/.cache}).
     *
     * @throws IOException if there are none; the message is one line and says what to do
     */
    public static Images locate() throws IOException {
        return in(defaultFolder(System::getenv));
    }

    /**
     * Reads the manifest in {@code folder}.
     *
     * @throws IOException if there is none or it is of another format; the message is one line and says what to do
     */
    public static Images in(Path folder) throws IOException {
        var file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "no guest images in " + folder + "; build them with images/build (scripts/boot does)");
        }
        var entries = parse(Files.readString(file, StandardCharsets.UTF_8));
        var format = entries.get("format");
        if (!FORMAT.equals(format)) {
            throw new IOException(file + " has format " + format + ", not " + FORMAT + "; run images/build again");
        }
        return new Images(folder, entries);
    }

    /** Returns the kernel, a WebAssembly module. */
    public Path kernel() throws IOException {
        return file("kernel");
    }

    /** Returns the kernel built with vector instructions, if {@code images/build --simd-kernel} made it for these images. */
    public Optional<Path> simdKernel() {
        return Optional.of(folder.resolve("vmlinux-simd.wasm")).filter(Files::isRegularFile);
    }

    /** Returns the initramfs, a newc cpio archive, perhaps compressed. */
    public Path initramfs() throws IOException {
        return file("initramfs");
    }

    /** Returns the raw ext4 disk image. Shared by everybody: copy it before writing to it. */
    public Path ext4Disk() throws IOException {
        return file("disk.ext4");
    }

    /** Returns the raw squashfs disk image. */
    public Path squashfsDisk() throws IOException {
        return file("disk.squashfs");
    }

    /**
     * Returns the folder for what is built once and kept: {@code TUXLOOM_CACHE}, else {@code tuxloom} in {@code XDG_CACHE_HOME}, else in
     * {@code ~/.cache}.
     *
     * @throws IOException if the environment names none
     */
    public static Path cacheFolder() throws IOException {
        return cacheRoot(System::getenv);
    }

    static Path defaultFolder(UnaryOperator<@Nullable String> environment) throws IOException {
        var images = environment.apply("TUXLOOM_IMAGES");
        if (images != null && !images.isEmpty()) {
            return Path.of(images);
        }
        return cacheRoot(environment).resolve("images").resolve("current");
    }

    private static Path cacheRoot(UnaryOperator<@Nullable String> environment) throws IOException {
        var cache = environment.apply("TUXLOOM_CACHE");
        if (cache != null && !cache.isEmpty()) {
            return Path.of(cache);
        }
        var xdg = environment.apply("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isEmpty()) {
            return Path.of(xdg, "tuxloom");
        }
        var home = environment.apply("HOME");
        if (home == null || home.isEmpty()) {
            throw new IOException(
                    "HOME is not set; set TUXLOOM_IMAGES or TUXLOOM_CACHE to say where the guest images are");
        }
        return Path.of(home, ".cache", "tuxloom");
    }

    private Path file(String key) throws IOException {
        var name = manifest.get(key);
        var bytes = manifest.get(key + ".bytes");
        if (name == null || bytes == null) {
            throw new IOException(folder.resolve(MANIFEST) + " names no " + key + "; run images/build again");
        }
        var file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException("the image " + file + " is missing; run images/build again");
        }
        var size = Files.size(file);
        if (!bytes.equals(Long.toString(size))) {
            throw new IOException("the image " + file + " has " + size + " bytes, its manifest says " + bytes
                    + "; remove " + folder + " and run images/build again");
        }
        return file;
    }

    private static Map<String, String> parse(String text) {
        var entries = new HashMap<String, String>();
        // No stream of lines, whose classes are a millisecond of a cold start.
        for (int start = 0, end; start < text.length(); start = end + 1) {
            end = text.indexOf('\n', start);
            if (end < 0) {
                end = text.length();
            }
            var line = text.substring(start, end);
            var equals = line.indexOf('=');
            if (equals > 0 && line.charAt(0) != '#') {
                entries.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return entries;
    }
}
