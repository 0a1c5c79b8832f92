package tuxloom.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Assembles WebAssembly text with wabt's {@code wat2wasm}, which scripts/test installs. */
final class Wat {
    private Wat() {}

    static byte[] assemble(String text) {
        try {
            var source = Files.createTempFile("guest", ".wat");
            var target = Files.createTempFile("guest", ".wasm");
            try {
                Files.writeString(source, text);
                var process = new ProcessBuilder(
                                "wat2wasm", "--enable-all", "--debug-names", source.toString(), "-o", target.toString())
                        .redirectErrorStream(true)
                        .start();
                var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new IllegalArgumentException("wat2wasm refuses this test's guest:\n" + output);
                }
                return Files.readAllBytes(target);
            } finally {
                Files.delete(source);
                Files.delete(target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("is wabt installed?", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while wat2wasm ran", e);
        }
    }

    /** Returns {@code bytes} as the text of a data segment. */
    static String escape(byte[] bytes) {
        var text = new StringBuilder();
        for (var value : bytes) {
            text.append("\\%02x".formatted(value & 0xff));
        }
        return text.toString();
    }
}
