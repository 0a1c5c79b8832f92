package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Loads and stores of generated code where their checks change: at 2 GiB, and at offsets that a memory may not have. */
final class MemoryAccessTest {
    private final WasmBuilder module = new WasmBuilder();

    interface Access {
        int at(int address);
    }

    /** A function that stores a number at {@code address + offset} and loads it. */
    private Access access(int minimumPages, int maximumPages, long offset, int grow) {
        module.memory(minimumPages, maximumPages);
        var body = new WasmBuilder.Bytes();
        body.i32(grow).op(0x40, 0, Opcode.DROP);
        body.get(0).i32(4711).op(0x36, 2).u(offset);
        body.get(0).op(Opcode.I32_LOAD, 2).u(offset);
        module.export("access", type(List.of(I32), List.of(I32)), List.of(), body.end());
        return module.instantiate().function("access").as(Access.class);
    }

    private static void assertOutside(Access access, int address) {
        assertThatThrownBy(() -> access.at(address))
                .isInstanceOfSatisfying(
                        Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.OUT_OF_BOUNDS_MEMORY));
    }

    @Test
    void addressesBeyondTwoGigabytesAreAccessible() {
        Access access = access(1, 40_000, 8, 39_999);
        int size = (int) (40_000L * MemoryType.PAGE_BYTES);

        assertThat(access.at(Integer.MAX_VALUE)).isEqualTo(4711);
        assertThat(access.at(Integer.MIN_VALUE)).isEqualTo(4711);
        assertThat(access.at(size - 12)).isEqualTo(4711);
        assertOutside(access, size - 11);
        assertOutside(access, -4);
    }

    @Test
    void offsetsBeyondTheSmallestMemoryAreAdded() {
        Access access = access(1, 3, 0x1_0000, 2);

        assertThat(access.at(0x1_fffc)).isEqualTo(4711);
        assertOutside(access, 0x1_fffd);
        assertOutside(access, -4);
        assertOutside(access, -0x1_0000);
    }

    @Test
    void anOffsetAtTheEndOfTheMemoryLeavesNoAddressButTheFirst() {
        Access access = access(1, 1, 0xfffc, 0);

        assertThat(access.at(0)).isEqualTo(4711);
        assertOutside(access, 1);
        assertOutside(access, -1);
    }

    @Test
    void anEmptyMemoryHasNoAddresses() {
        Access access = access(0, 0, 0, 0);

        assertOutside(access, 0);
        assertOutside(access, -8);
    }
}
