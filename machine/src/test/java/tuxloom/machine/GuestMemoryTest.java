package tuxloom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestMemoryTest {
    private static final int PAGE_BYTES = 65_536;

    private final AtomicLong sizeBytes = new AtomicLong(PAGE_BYTES);
    private final GuestMemory memory = new GuestMemory(Arena.ofAuto().allocate(2 * PAGE_BYTES, 16), sizeBytes::get);

    @Test
    void valuesAreLittleEndianAtAnyAlignment() {
        memory.putLong(0x101, 0x0807060504030201L);

        assertThat(memory.getByte(0x101)).isEqualTo((byte) 1);
        assertThat(memory.getShort(0x101)).isEqualTo((short) 0x0201);
        assertThat(memory.getInt(0x103)).isEqualTo(0x06050403);
        assertThat(memory.getLong(0x101)).isEqualTo(0x0807060504030201L);
    }

    @Test
    void storesOfEachWidthTouchOnlyTheirBytes() {
        memory.putLong(0x200, -1L);

        memory.putByte(0x200, (byte) 0);
        memory.putShort(0x202, (short) 0);
        memory.putInt(0x204, 0);

        assertThat(memory.getLong(0x200)).isEqualTo(0x0000_0000_0000_FF00L);
    }

    @Test
    void lastByteIsInsideAndTheNextIsNot() {
        memory.putByte(PAGE_BYTES - 1, (byte) 7);

        assertThat(memory.getByte(PAGE_BYTES - 1)).isEqualTo((byte) 7);
        assertThatThrownBy(() -> memory.getByte(PAGE_BYTES))
                .isInstanceOf(GuestFaultException.class)
                .hasMessageContaining("0x10000");
        assertThatThrownBy(() -> memory.putInt(PAGE_BYTES - 3, 0)).isInstanceOf(GuestFaultException.class);
    }

    @Test
    void rangesThatWrapAroundAreOutside() {
        assertThatThrownBy(() -> memory.slice(0xFFFF_FFFF_FFFF_FFF0L, 32)).isInstanceOf(GuestFaultException.class);
        assertThatThrownBy(() -> memory.slice(Long.MAX_VALUE, 32)).isInstanceOf(GuestFaultException.class);
        assertThatThrownBy(() -> memory.slice(16, Long.MAX_VALUE)).isInstanceOf(GuestFaultException.class);
        assertThatThrownBy(() -> memory.slice(16, -1)).isInstanceOf(GuestFaultException.class);
    }

    @Test
    void memoryThatHasGrownIsInside() {
        assertThatThrownBy(() -> memory.slice(PAGE_BYTES, 16)).isInstanceOf(GuestFaultException.class);

        sizeBytes.set(2 * PAGE_BYTES);

        assertThat(memory.slice(PAGE_BYTES, 16).byteSize()).isEqualTo(16);
        assertThat(memory.sizeBytes()).isEqualTo(2 * PAGE_BYTES);
    }

    @Test
    void sliceIsAViewAndNotACopy() {
        memory.slice(0x300, 16).set(ValueLayout.JAVA_BYTE, 2, (byte) 9);

        assertThat(memory.getByte(0x302)).isEqualTo((byte) 9);
    }

    @Test
    void orderedAccessesMustBeAligned() {
        memory.putShortRelease(0x402, (short) -2);
        memory.putIntRelease(0x404, -3);

        assertThat(memory.getShortAcquire(0x402)).isEqualTo((short) -2);
        assertThat(memory.getIntAcquire(0x404)).isEqualTo(-3);
        assertThatThrownBy(() -> memory.getShortAcquire(0x403)).isInstanceOf(GuestFaultException.class);
        assertThatThrownBy(() -> memory.putIntRelease(0x406, 0)).isInstanceOf(GuestFaultException.class);
    }

    @Test
    void bytesAreCopiedInAndOut() {
        memory.write(0x500, new byte[] {9, 1, 2, 3, 9}, 1, 3);

        byte[] out = new byte[5];
        memory.read(0x500, out, 1, 3);
        assertThat(out).containsExactly(0, 1, 2, 3, 0);
        assertThatThrownBy(() -> memory.write(PAGE_BYTES - 2, out, 0, 3)).isInstanceOf(GuestFaultException.class);
    }

    @Test
    void accessesReachFromOneWindowIntoTheNext(@TempDir Path folder) throws IOException {
        long boundary = 1L << 30;
        long size = boundary * 2 + PAGE_BYTES;
        try (var arena = Arena.ofShared();
                var sparse = FileChannel.open(
                        folder.resolve("memory"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            var large = new GuestMemory(sparse.map(FileChannel.MapMode.READ_WRITE, 0, size, arena), () -> size);
            large.putLong(boundary - 3, 0x0807060504030201L);
            large.putInt(size - 4, 5);

            assertThat(large.getLong(boundary - 3)).isEqualTo(0x0807060504030201L);
            assertThat(large.getShort(boundary - 1)).isEqualTo((short) 0x0403);
            assertThat(large.getIntAcquire(boundary)).isEqualTo(0x07060504);
            assertThat(large.getIntAcquire(size - 4)).isEqualTo(5);

            byte[] bytes = new byte[5];
            large.read(boundary - 2, bytes, 0, 5);
            assertThat(bytes).containsExactly(2, 3, 4, 5, 6);
            large.write(boundary * 2 - 2, bytes, 0, 5);
            assertThat(large.getInt(boundary * 2 - 1)).isEqualTo(0x06050403);
        }
    }

    @Test
    void aClosedRegionIsNotTouched() {
        var arena = Arena.ofShared();
        var gone = new GuestMemory(arena.allocate(PAGE_BYTES, 16), sizeBytes::get);
        arena.close();

        assertThatThrownBy(() -> gone.getInt(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> gone.putShortRelease(0, (short) 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> gone.read(0, new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
    }
}
