package tuxloom.tests.differential;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import tuxloom.engine.Trap;

/** An instance in Chicory's interpreter, the oracle. */
final class ChicorySubject implements Subject {
    private static final int PAGE_BYTES = 65_536;

    private final WasmModule module;
    private final Instance instance;

    ChicorySubject(byte[] wasm, ImportValues imports) {
        try {
            module = Parser.parse(wasm);
            instance = Instance.builder(module).withImportValues(imports).build();
        } catch (ChicoryException e) {
            throw new Unsupported("Chicory does not take the module", e);
        }
    }

    @Override
    public Outcome invoke(String export, Signature signature, List<Long> arguments) {
        try {
            ExportFunction function = instance.export(export);
            long[] results =
                    function.apply(arguments.stream().mapToLong(Long::longValue).toArray());
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < signature.results().size(); i++) {
                texts.add(Outcome.value(signature.results().get(i), results[i]));
            }
            return new Outcome.Returned(texts);
        } catch (WasmException e) {
            return new Outcome.Threw();
        } catch (ChicoryException e) {
            return new Outcome.Trapped(trapText(e));
        } catch (RuntimeException e) {
            throw new Unsupported("Chicory failed", e);
        }
    }

    private static String trapText(ChicoryException e) {
        String message = String.valueOf(e.getMessage());
        for (Trap.Kind kind : Trap.Kind.values()) {
            if (message.contains(kind.text())) {
                return kind.text();
            }
        }
        throw new Unsupported("Chicory says '" + message + "', which is no trap", e);
    }

    @Override
    public String state() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.exportType() == ExternalType.MEMORY) {
                Memory memory = instance.exports().memory(export.name());
                text.append("memory ")
                        .append(memory.pages())
                        .append(' ')
                        .append(Long.toHexString(checksum(memory)))
                        .append('\n');
            } else if (export.exportType() == ExternalType.GLOBAL) {
                GlobalInstance global = instance.exports().global(export.name());
                text.append(export.name()).append(' ').append(value(global)).append('\n');
            }
        }
        return text.toString();
    }

    @Override
    public void close() {}

    private static String value(GlobalInstance global) {
        ValType type = global.getType();
        return type.isReference() ? "reference" : Outcome.value(Kind.valueOf(type.name()), global.getValue());
    }

    private static long checksum(Memory memory) {
        CRC32 crc = new CRC32();
        for (int page = 0; page < memory.pages(); page++) {
            crc.update(memory.readBytes(page * PAGE_BYTES, PAGE_BYTES));
        }
        return crc.getValue();
    }
}
