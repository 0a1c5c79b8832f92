package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({"512M, 536870912", "1G, 1073741824", "65536K, 67108864", "33554432, 33554432", "16m, 16777216"})
    void suffixesArePowersOf1024(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(bytes);
    }

    @Test
    void theMostIsOnePageBelow4Gib() {
        assertThat(MemorySize.parse("4194240K")).isEqualTo(0xFFFF_0000L);
        assertThatThrownBy(() -> MemorySize.parse("4G")).hasMessageContainingAll("4G", "4095M");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1M", "1.5G", "12 M", "1T", "0x100000", "9999999999999M"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("512M");
    }

    @Test
    void aHugeNumberDoesNotWrapAround() {
        assertThatThrownBy(() -> MemorySize.parse("999999999999G")).hasMessageContaining("too much");
    }

    @Test
    void tooLittleIsRefused() {
        assertThatThrownBy(() -> MemorySize.parse("0")).hasMessageContaining("at least 16M");
    }

    @Test
    void partsOfAPageAreRefused() {
        assertThatThrownBy(() -> MemorySize.parse("20000K")).hasMessageContaining("64K");
    }
}
