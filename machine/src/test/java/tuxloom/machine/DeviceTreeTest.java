package tuxloom.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Checks blobs by hand against the Devicetree Specification 0.4, chapter 5. */
class DeviceTreeTest {
    @Test
    void emptyTreeHasHeaderReservationEndAndRoot() {
        var blob = ByteBuffer.wrap(new DeviceTree().toBlob());
        assertThat(blob.getInt(0)).as("magic").isEqualTo(0xd00dfeed);
        assertThat(blob.getInt(4)).as("total size").isEqualTo(blob.capacity());
        assertThat(blob.getInt(8)).as("structure offset").isEqualTo(56);
        assertThat(blob.getInt(16)).as("reservation offset").isEqualTo(40);
        assertThat(blob.getInt(20)).as("version").isEqualTo(17);
        assertThat(blob.getInt(24)).as("last compatible version").isEqualTo(16);
        assertThat(blob.getInt(36)).as("structure size").isEqualTo(16);
        assertThat(structure(blob)).containsExactly(1, 0, 2, 9);
    }

    @Test
    void propertiesArePaddedAndShareTheirNames() {
        var blob = ByteBuffer.wrap(new DeviceTree()
                .bytes("a", new byte[] {1, 2, 3})
                .begin("n")
                .cells("a", 7)
                .end()
                .toBlob());
        assertThat(structure(blob)).containsExactly(1, 0, 3, 3, 0, 0x01020300, 1, 'n' << 24, 3, 4, 0, 7, 2, 2, 9);
        assertThat(blob.getInt(32)).as("strings: \"a\" once").isEqualTo(2);
    }

    @Test
    void valuesAreBigEndian() {
        var blob = new DeviceTree().u64("features", 0x0102030405060708L).toBlob();
        assertThat(new String(blob, StandardCharsets.ISO_8859_1)).contains("\1\2\3\4\5\6\7\b");
    }

    @Test
    void reservationsComeBeforeTheStructure() {
        var blob = ByteBuffer.wrap(new DeviceTree().reserve(0x200000, 4096).toBlob());
        assertThat(blob.getLong(40)).isEqualTo(0x200000);
        assertThat(blob.getLong(48)).isEqualTo(4096);
        assertThat(blob.getLong(56)).isZero();
        assertThat(blob.getInt(8)).isEqualTo(72);
    }

    @Test
    void tooLongNameIsRefused() {
        assertThatThrownBy(() -> new DeviceTree().begin("x".repeat(32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32");
    }

    @Test
    void unbalancedNodesAreRefused() {
        assertThatThrownBy(() -> new DeviceTree().end()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new DeviceTree().begin("chosen").toBlob())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("chosen");
    }

    private static int[] structure(ByteBuffer blob) {
        var words = new int[blob.getInt(36) / 4];
        for (int i = 0; i < words.length; i++) {
            words[i] = blob.getInt(blob.getInt(8) + 4 * i);
        }
        return words;
    }
}
