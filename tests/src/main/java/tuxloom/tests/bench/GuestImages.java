package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/** The guest to boot: a kernel and its initial file system. */
record GuestImages(Path folder, Path kernel, Path initramfs, String linuxVersion) {
    /** Reads {@code manifest.properties} of a folder of built images. */
    static GuestImages in(Path folder) throws IOException {
        Path manifest = folder.resolve("manifest.properties");
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(manifest)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new IOException(manifest + " does not exist; build the images first: scripts/boot", e);
        }
        return new GuestImages(
                folder,
                folder.resolve(required(properties, "kernel", manifest)),
                folder.resolve(required(properties, "initramfs", manifest)),
                properties.getProperty("linux.version", "unknown"));
    }

    private static String required(Properties properties, String key, Path manifest) throws IOException {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IOException(manifest + " has no line '" + key + "='");
        }
        return value;
    }
}
