package tuxloom.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tuxloom.virtio.disk.DiskFaults;

class FaultArgumentTest {
    @Test
    void faultsOfADiskAddUp() {
        assertThat(FaultArgument.parse(List.of("disk1:eio@100", "disk1:latency=5ms", "disk0:powercut@30"), 3))
                .containsExactly(
                        DiskFaults.NONE.withCut(30, false),
                        DiskFaults.NONE.withBadSector(100).withLatency(Duration.ofMillis(5)),
                        DiskFaults.NONE);
        assertThat(FaultArgument.parse(List.of("disk0:torn-write@7"), 1))
                .containsExactly(DiskFaults.NONE.withCut(7, true));
    }

    @Test
    void unknownFaultsAndDisksAreRefused() {
        for (String wrong : new String[] {
            "disk0:eio",
            "disk0:latency=5",
            "disk0:fire@1",
            "sda:eio@1",
            "disk0:powercut@0",
            "disk0:eio@-1",
            "disk1:eio@1"
        }) {
            assertThatThrownBy(() -> FaultArgument.parse(List.of(wrong), 1))
                    .as(wrong)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining(wrong);
        }
    }
}
