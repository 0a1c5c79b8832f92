package tuxloom.tests.differential;

import java.util.List;

/** A function type of numbers. */
record Signature(List<Kind> parameters, List<Kind> results) {
    WasmWriter encode() {
        WasmWriter writer = new WasmWriter().bytes(0x60).u32(parameters.size());
        parameters.forEach(kind -> writer.bytes(kind.code));
        writer.u32(results.size());
        results.forEach(kind -> writer.bytes(kind.code));
        return writer;
    }
}
