package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskArgumentTest {
    @Test
    void disksAreWritableUnlessToldOtherwise() {
        assertThat(DiskArgument.parse("a.img")).isEqualTo(new DiskArgument(Path.of("a.img"), false));
        assertThat(DiskArgument.parse("a.img,rw")).isEqualTo(new DiskArgument(Path.of("a.img"), false));
        assertThat(DiskArgument.parse("a.img,ro")).isEqualTo(new DiskArgument(Path.of("a.img"), true));
    }

    @Test
    void otherCommasBelongToTheName() {
        assertThat(DiskArgument.parse("a,b.img,ro")).isEqualTo(new DiskArgument(Path.of("a,b.img"), true));
        assertThat(DiskArgument.parse("a.img,")).isEqualTo(new DiskArgument(Path.of("a.img,"), false));
    }

    @Test
    void aNameIsNeeded() {
        assertThatThrownBy(() -> DiskArgument.parse(",ro")).isInstanceOf(CommandFailure.class);
        assertThatThrownBy(() -> DiskArgument.parse("")).isInstanceOf(CommandFailure.class);
    }

    @Test
    void aNameTheHostCannotHaveIsRefused() {
        assertThatThrownBy(() -> DiskArgument.parse("a\0b")).isInstanceOf(CommandFailure.class);
    }
}
