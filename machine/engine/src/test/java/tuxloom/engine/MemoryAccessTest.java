package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.type;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Loads and stores of generated code where their checks change: at 2 GiB, and at offsets that a memory may not have. */
final class MemoryAccessTest {
    interface Access {
        int at(int address);
    }

    interface Fixed {
        int run();
    }

    /** A function that stores a number at {@code address + offset} and loads it. */
    private static Access access(int minimumPages, int maximumPages, long offset, int grow) {
        var module = new WasmBuilder();
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

    @Test
    void theEndOfTheMemoryIsTheSameForAllOffsets() {
        int size = 2 * MemoryType.PAGE_BYTES;
        for (int offset :
                new int[] {0, 8, 1008, 1016, 1020, 1023, 1024, 1025, 2047, 2048, 65_535, 65_536, size - 1040}) {
            Access access = access(2, 2, offset, 0);

            assertThat(access.at(size - 4 - offset)).isEqualTo(4711);
            assertOutside(access, size - 3 - offset);
            assertOutside(access, -1);
            assertOutside(access, Integer.MIN_VALUE);
        }
    }

    /** A function that stores a number at an address that it says itself and loads it, in a memory that has grown by a page. */
    private static Fixed fixed(int address, long offset) {
        var module = new WasmBuilder().memory(1, 3);
        var body = new WasmBuilder.Bytes();
        body.i32(1).op(0x40, 0, Opcode.DROP);
        body.i32(address).i32(4000).i32(711).op(0x6a).op(0x36, 2).u(offset);
        body.i32(address).op(Opcode.I32_LOAD, 2).u(offset);
        module.export("fixed", type(List.of(), List.of(I32)), List.of(), body.end());
        return module.instantiate().function("fixed").as(Fixed.class);
    }

    @Test
    void constantAddressesAreInsideUpToTheMemorysEnd() {
        for (int address : new int[] {0, 1, 0xfff8, 0xfff9, 0xfffc, 0x1_0000, 0x1_fffc}) {
            assertThat(fixed(address, 0).run()).isEqualTo(4711);
            assertThat(fixed(0, address).run()).isEqualTo(4711);
        }
        for (int[] outside : new int[][] {{0x1_fffd, 0}, {0, 0x1_fffd}, {0xffff, 0xffff}, {-4, 0}, {-4, 8}, {0, -4}}) {
            Fixed access = fixed(outside[0], outside[1] & 0xffffffffL);

            assertThatThrownBy(access::run).isInstanceOf(Trap.class);
        }
    }

    @Test
    void anOperandWhereAConstantWasIsNoConstant() {
        var module = new WasmBuilder().memory(1, 1);
        var body = new WasmBuilder.Bytes();
        body.i32(16).get(0).op(0x6a).i32(4711).op(0x36, 2).u(0);
        body.i32(16).op(Opcode.DROP).get(0).op(Opcode.I32_LOAD, 2).u(16);
        module.export("access", type(List.of(I32), List.of(I32)), List.of(), body.end());
        Access access = module.instantiate().function("access").as(Access.class);

        assertThat(access.at(0xffec)).isEqualTo(4711);
        assertOutside(access, 0xffed);
    }
}
