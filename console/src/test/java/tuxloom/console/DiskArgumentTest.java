package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.DiskOptions.Cache;
import tuxloom.virtio.disk.Format;

class DiskArgumentTest {
    private static DiskOptions disk(String name) {
        return DiskOptions.of(Path.of(name));
    }

    @Test
    void disksAreWritableUnlessToldOtherwise() {
        assertThat(DiskArgument.parse("a.img")).isEqualTo(disk("a.img"));
        assertThat(DiskArgument.parse("a.img,rw")).isEqualTo(disk("a.img"));
        assertThat(DiskArgument.parse("a.img,ro")).isEqualTo(disk("a.img").forReading());
    }

    @Test
    void optionsComeInAnyOrder() {
        DiskOptions all = disk("a.img").forReading().withSerial("S-1").with(Cache.WRITETHROUGH);
        assertThat(DiskArgument.parse("path=a.img,ro,serial=S-1,cache=writethrough"))
                .isEqualTo(all);
        assertThat(DiskArgument.parse("a.img,cache=writethrough,serial=S-1,ro")).isEqualTo(all);
        assertThat(DiskArgument.parse("a.img,cache=unsafe"))
                .isEqualTo(disk("a.img").with(Cache.UNSAFE));
    }

    @Test
    void formatsAndPlacesForChangesAreUnderstood() {
        assertThat(DiskArgument.parse("a.img,format=qcow2,snapshot"))
                .isEqualTo(disk("a.img").with(Format.QCOW2).withSnapshot());
        assertThat(DiskArgument.parse("a.img,overlay=b.qcow2"))
                .isEqualTo(disk("a.img").withOverlay(Path.of("b.qcow2")));
    }

    @Test
    void otherCommasBelongToTheName() {
        assertThat(DiskArgument.parse("a,b.img,ro")).isEqualTo(disk("a,b.img").forReading());
        assertThat(DiskArgument.parse("a.img,")).isEqualTo(disk("a.img,"));
        assertThat(DiskArgument.parse("ro,a.img")).isEqualTo(disk("ro,a.img"));
    }

    @Test
    void aNameIsNeeded() {
        assertThatThrownBy(() -> DiskArgument.parse(",ro")).isInstanceOf(CommandFailure.class);
        assertThatThrownBy(() -> DiskArgument.parse("path=")).isInstanceOf(CommandFailure.class);
        assertThatThrownBy(() -> DiskArgument.parse("")).isInstanceOf(CommandFailure.class);
    }

    @Test
    void aNameTheHostCannotHaveIsRefused() {
        assertThatThrownBy(() -> DiskArgument.parse("a\0b")).isInstanceOf(CommandFailure.class);
    }

    @Test
    void unknownOptionsAndValuesAreRefused() {
        for (String wrong : new String[] {
            "a.img,cache=none",
            "a.img,cahce=unsafe",
            "a.img,ro=1",
            "a.img,serial=",
            "a.img,serial=two words",
            "a.img,serial=longer-than-twenty-bytes",
            "a.img,format=vmdk",
            "a.img,snapshot=yes",
            "a.img,overlay="
        }) {
            assertThatThrownBy(() -> DiskArgument.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining(wrong);
        }
    }
}
