package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameSectionTest {
    private final WasmBuilder module = new WasmBuilder();

    private int function(String name) {
        int function = module.function(type(List.of(), List.of()), List.of(), code().end());
        module.name(function, name);
        return function;
    }

    @Test
    void namesAreAnyText() {
        int plain = function("memcpy");
        int foreign = function("größe");
        int replacement = function("\ufffd");
        int none = module.function(type(List.of(), List.of()), List.of(), code().end());
        Module parsed = module.parse();

        assertThat(parsed.functionName(plain)).isEqualTo("memcpy");
        assertThat(parsed.functionName(foreign)).isEqualTo("größe");
        assertThat(parsed.functionName(replacement)).isEqualTo("\ufffd");
        assertThat(parsed.functionName(none)).isEqualTo("func" + none);
    }

    @Test
    void aNameThatIsNoTextIsTheOnlyOneWithout() {
        int first = function("first");
        int damaged = function("damaged");
        int last = function("last");
        byte[] bytes = module.toBytes();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("damaged")] = (byte) 0xff;
        Module parsed = Module.parse(bytes);

        assertThat(parsed.functionName(first)).isEqualTo("first");
        assertThat(parsed.functionName(damaged)).isEqualTo("func" + damaged);
        assertThat(parsed.functionName(last)).isEqualTo("last");
    }

    @Test
    void aNameThatDoesNotEndIsNone() {
        int first = function("first");
        int last = function("last");
        byte[] bytes = module.toBytes();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("\4last");
        bytes[at] = 5;
        Module parsed = Module.parse(bytes);

        assertThat(parsed.functionName(first)).isEqualTo("first");
        assertThat(parsed.functionName(last)).isEqualTo("func" + last);
    }
}
