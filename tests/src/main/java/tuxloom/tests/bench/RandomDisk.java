package tuxloom.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** A raw disk image with content that nothing can compress or leave out, the same in every run. */
final class RandomDisk {
    private RandomDisk() {}

    /** Writes one of that size into the folder and returns its path. */
    static Path create(Path folder, int sizeBytes) throws IOException {
        var bytes = new byte[sizeBytes];
        new SplittableRandom(1).nextBytes(bytes);
        return Files.write(folder.resolve("disk.img"), bytes);
    }
}
