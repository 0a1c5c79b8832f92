package tuxloom.tests.differential;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.Extern;
import tuxloom.engine.Function;
import tuxloom.engine.Global;
import tuxloom.engine.Import;
import tuxloom.engine.Imports;
import tuxloom.engine.Instance;
import tuxloom.engine.Memory;
import tuxloom.engine.Module;
import tuxloom.engine.Trap;
import tuxloom.engine.ValueType;
import tuxloom.engine.WasmException;

/** An instance in Tuxloom's engine. */
final class TuxloomSubject implements Subject {
    private final Module module;
    private final Instance instance;

    /** @param externs what may be imported, by {@code module.name} */
    TuxloomSubject(byte[] wasm, Map<String, Extern> externs) {
        module = Module.parse(wasm);
        Imports.Builder imports = Imports.builder();
        for (Import wanted : module.imports()) {
            Extern found = externs.get(wanted.module() + "." + wanted.name());
            if (found != null) {
                imports.add(wanted.module(), wanted.name(), found);
            }
        }
        instance = Instance.instantiate(module, imports.build());
    }

    /** The signature of an exported function, if it has only numbers. */
    Optional<Signature> signature(String export) {
        if (instance.export(export).orElse(null) instanceof Function function) {
            List<Kind> parameters = kinds(function.type().parameters());
            List<Kind> results = kinds(function.type().results());
            if (parameters.size() == function.type().parameters().size()
                    && results.size() == function.type().results().size()) {
                return Optional.of(new Signature(parameters, results));
            }
        }
        return Optional.empty();
    }

    private static List<Kind> kinds(List<ValueType> types) {
        List<String> known = Arrays.stream(Kind.values()).map(Kind::name).toList();
        return types.stream()
                .map(ValueType::name)
                .filter(known::contains)
                .map(Kind::valueOf)
                .toList();
    }

    @Override
    public Outcome invoke(String export, Signature signature, List<Long> arguments) {
        Object[] boxed = new Object[arguments.size()];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = box(signature.parameters().get(i), arguments.get(i));
        }
        try {
            Object result = instance.function(export).invoke(boxed);
            @Nullable
            Object[] several =
                    result == null ? new Object[0] : result instanceof Object[] array ? array : new Object[] {result};
            return new Outcome.Returned(
                    Arrays.stream(several).map(TuxloomSubject::text).toList());
        } catch (Trap trap) {
            return new Outcome.Trapped(trap.kind().text());
        } catch (WasmException e) {
            return new Outcome.Threw();
        }
    }

    @Override
    public String state() {
        StringBuilder text = new StringBuilder();
        for (var export : module.exports()) {
            switch (instance.export(export.name()).orElseThrow()) {
                case Memory memory ->
                    text.append("memory ")
                            .append(memory.sizePages())
                            .append(' ')
                            .append(Long.toHexString(checksum(memory)));
                case Global global -> text.append(export.name()).append(' ').append(text(global.get()));
                default -> {
                    continue;
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        for (var export : module.exports()) {
            if (instance.export(export.name()).orElseThrow() instanceof Memory memory) {
                memory.close();
            }
        }
    }

    private static long checksum(Memory memory) {
        CRC32 crc = new CRC32();
        crc.update(memory.segment().asSlice(0, memory.sizeBytes()).asByteBuffer());
        return crc.getValue();
    }

    static Object box(Kind kind, long bits) {
        return switch (kind) {
            case I32 -> (int) bits;
            case I64 -> bits;
            case F32 -> Float.intBitsToFloat((int) bits);
            case F64 -> Double.longBitsToDouble(bits);
        };
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case Integer i -> Outcome.value(Kind.I32, i);
            case Long l -> Outcome.value(Kind.I64, l);
            case Float f -> Outcome.value(Kind.F32, Float.floatToRawIntBits(f));
            case Double d -> Outcome.value(Kind.F64, Double.doubleToRawLongBits(d));
            case Function _ -> "function";
            case null, default -> "reference";
        };
    }
}
