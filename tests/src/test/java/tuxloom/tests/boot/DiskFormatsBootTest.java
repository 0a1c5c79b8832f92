package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.images.Images;
import tuxloom.kernel.LinuxMachineException;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.Format;
import tuxloom.virtio.disk.ImageFiles;

/** A guest's file system in a qcow2 image, in an overlay, and in a snapshot that vanishes. */
@Tag("boot")
class DiskFormatsBootTest {
    private static final String WRITE =
            "mount /dev/vda /mnt && dd if=/dev/urandom of=/mnt/large bs=64k count=40 2>/dev/null"
                    + " && for i in 1 2 3 4 5; do echo line $i > /mnt/small-$i; done && sync";
    private static final String SUM = "cat /mnt/large /mnt/small-* | md5sum";

    @TempDir
    Path folder;

    private void assertSound(Path image) throws IOException, InterruptedException {
        ImageFiles.CheckReport report = ImageFiles.check(image, Format.QCOW2);
        assertThat(report.lines()).isEmpty();
        assertThat(report.leaks()).isZero();
        Path raw = folder.resolve("converted.img");
        Files.deleteIfExists(raw);
        ImageFiles.convert(image, Format.QCOW2, raw, Format.RAW);
        Disks.assertClean(raw);
    }

    /** Writes files in one boot and finds them in the next. */
    private static void writeAndReadBack(DiskOptions disk)
            throws IOException, InterruptedException, LinuxMachineException {
        String sum;
        try (GuestSession guest = GuestSession.with().cpus(4).disk(disk).boot()) {
            guest.run(WRITE).ok();
            sum = guest.run(SUM).ok();
            guest.run("umount /mnt").ok();
            guest.powerOff();
        }
        try (GuestSession guest = GuestSession.with().disk(disk).boot()) {
            guest.run("mount /dev/vda /mnt").ok();
            assertThat(guest.run(SUM).ok()).isEqualTo(sum);
            guest.run("umount /mnt").ok();
            guest.powerOff();
        }
    }

    @Test
    void fileSystemLivesInAQcow2Image() throws IOException, InterruptedException, LinuxMachineException {
        Path image = folder.resolve("disk.qcow2");
        ImageFiles.convert(Images.locate().ext4Disk(), Format.RAW, image, Format.QCOW2);
        writeAndReadBack(DiskOptions.of(image));
        assertSound(image);
    }

    @Test
    void overlayKeepsChangesAndSparesItsBase() throws IOException, InterruptedException, LinuxMachineException {
        Path base = Files.copy(Images.locate().ext4Disk(), folder.resolve("base.img"));
        Path overlay = folder.resolve("changes");
        writeAndReadBack(DiskOptions.of(base).withOverlay(overlay));
        assertSound(overlay);
        assertThat(Files.mismatch(base, Images.locate().ext4Disk())).isEqualTo(-1);
    }

    @Test
    void snapshotForgetsWhatTheGuestDid() throws IOException, InterruptedException, LinuxMachineException {
        Path base = Files.copy(Images.locate().ext4Disk(), folder.resolve("base.img"));
        byte[] before = Files.readAllBytes(base);
        try (GuestSession guest = GuestSession.with()
                .cpus(2)
                .disk(DiskOptions.of(base).withSnapshot())
                .boot()) {
            guest.run(WRITE).ok();
            guest.run("umount /mnt && mount /dev/vda /mnt && cat /mnt/small-3").ok();
            guest.run("umount /mnt").ok();
            guest.powerOff();
        }
        assertThat(Arrays.mismatch(Files.readAllBytes(base), before)).isEqualTo(-1);
    }
}
