package tuxloom.tests.differential;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of the wasm binary format (WebAssembly 2.0, section 5). */
final class WasmWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    WasmWriter bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    WasmWriter u32(int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out.write((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    WasmWriter s64(long value) {
        long rest = value;
        while (rest < -0x40 || rest >= 0x40) {
            out.write(((int) rest & 0x7F) | 0x80);
            rest >>= 7;
        }
        out.write((int) rest & 0x7F);
        return this;
    }

    WasmWriter fixed(long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (bits >>> (8 * i)));
        }
        return this;
    }

    WasmWriter name(String text) {
        return vector(text.getBytes(StandardCharsets.UTF_8));
    }

    WasmWriter vector(byte[] contents) {
        u32(contents.length);
        out.writeBytes(contents);
        return this;
    }

    WasmWriter raw(WasmWriter other) {
        out.writeBytes(other.toByteArray());
        return this;
    }

    WasmWriter section(int id, WasmWriter contents) {
        return bytes(id).vector(contents.toByteArray());
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
