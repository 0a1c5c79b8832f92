package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tuxloom.images.Images;
import tuxloom.kernel.LinuxMachineException;

/** Disks in the real guest. */
@Tag("boot")
class DiskBootTest {
    private static final int DISK_BYTES = 8 << 20;

    @TempDir
    Path folder;

    private Path copyOf(Path image) throws IOException {
        return Files.copy(image, folder.resolve("copy-of-" + image.getFileName()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void whatWasWrittenToADiskIsThereAfterTheNextBoot(int cpus)
            throws IOException, InterruptedException, LinuxMachineException {
        Path disk = copyOf(Images.locate().ext4Disk());
        String sums;
        try (GuestSession guest = GuestSession.with().cpus(cpus).disk(disk).boot()) {
            guest.run("mount /dev/vda /mnt").ok();
            guest.run("mkdir -p /mnt/work && cd /mnt/work").ok();
            guest.run("dd if=/dev/urandom of=large bs=64k count=100 2>/dev/null")
                    .ok();
            guest.run("i=0; while [ $i -lt 200 ]; do echo line $i > small-$i; i=$((i+1)); done")
                    .ok();
            guest.run("rm small-1*; mv small-2 renamed; ln -s large link").ok();
            sums = guest.run("cat * | md5sum; ls | wc -l").ok();
            guest.run("cd /; sync; umount /mnt").ok();
            guest.powerOff();
        }
        Disks.assertClean(disk);

        try (GuestSession guest = GuestSession.with().cpus(cpus).disk(disk).boot()) {
            guest.run("mount /dev/vda /mnt && cd /mnt/work").ok();
            assertThat(guest.run("cat * | md5sum; ls | wc -l").ok()).isEqualTo(sums);
            guest.run("rm -r /mnt/work/small*; cd /").ok();
            guest.powerOff();
        }
        Disks.assertClean(disk);
    }

    @Test
    void ext4DiskIsARootFileSystemThatKeepsItsFiles() throws IOException, InterruptedException, LinuxMachineException {
        Path disk = copyOf(Images.locate().ext4Disk());
        String root = "root=/dev/vda rw rootfstype=ext4";
        try (GuestSession guest =
                GuestSession.with().cpus(2).disk(disk).root(root).boot()) {
            assertThat(guest.run("grep ' / ' /proc/mounts").ok())
                    .contains("ext4")
                    .contains("rw");
            guest.run("echo kept > /root/kept; sync").ok();
            guest.powerOff();
        }
        Disks.assertClean(disk);
        try (GuestSession guest = GuestSession.with().disk(disk).root(root).boot()) {
            assertThat(guest.run("cat /root/kept").ok()).isEqualTo("kept");
            guest.powerOff();
        }
        Disks.assertClean(disk);
    }

    @Test
    void squashfsDiskIsAReadOnlyRootFileSystem() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with()
                .readOnlyDisk(Images.locate().squashfsDisk())
                .root("root=/dev/vda ro rootfstype=squashfs")
                .boot()) {
            assertThat(guest.run("grep ' / ' /proc/mounts").ok()).contains("squashfs");
            assertThat(guest.run("echo no > /root/x").status()).isNotZero();
            guest.run("echo yes > /tmp/x && cat /tmp/x").ok();
            guest.powerOff();
        }
    }

    @Test
    void bytesOfTheFileAreTheBytesOfTheDisk()
            throws IOException, InterruptedException, LinuxMachineException, NoSuchAlgorithmException {
        byte[] content = new byte[DISK_BYTES];
        new Random(3).nextBytes(content);
        Path disk = Files.write(folder.resolve("raw.img"), content);
        try (GuestSession guest = GuestSession.with().cpus(2).disk(disk).boot()) {
            assertThat(guest.run("cat /sys/block/vda/size").ok()).isEqualTo(String.valueOf(DISK_BYTES / 512));
            assertThat(guest.run("cat /sys/block/vda/serial").ok()).isEqualTo("raw.img");
            assertThat(guest.run("cat /sys/block/vda/ro").ok()).isEqualTo("0");
            assertThat(guest.run("md5sum < /dev/vda").ok()).startsWith(md5(content));
            // Odd offsets and lengths, in units that straddle the page.
            guest.run("dd if=/dev/vda of=/tmp/part bs=3k skip=7 count=11 2>/dev/null")
                    .ok();
            guest.run("dd if=/tmp/part of=/dev/vda bs=512 seek=9001 conv=notrunc 2>/dev/null; sync")
                    .ok();
            guest.powerOff();
        }
        System.arraycopy(content, 7 * 3072, content, 9001 * 512, 11 * 3072);
        assertThat(Arrays.mismatch(Files.readAllBytes(disk), content)).isEqualTo(-1);
    }

    @Test
    void readOnlyDiskCannotBeWritten() throws IOException, InterruptedException, LinuxMachineException {
        byte[] content = new byte[DISK_BYTES];
        new Random(4).nextBytes(content);
        Path disk = Files.write(folder.resolve("ro.img"), content);
        try (GuestSession guest = GuestSession.with().readOnlyDisk(disk).boot()) {
            assertThat(guest.run("cat /sys/block/vda/ro").ok()).isEqualTo("1");
            assertThat(guest.run("echo no > /dev/vda").status()).isNotZero();
            guest.powerOff();
        }
        assertThat(Arrays.mismatch(Files.readAllBytes(disk), content)).isEqualTo(-1);
    }

    @Test
    void twoDisksStayApart() throws IOException, InterruptedException, LinuxMachineException {
        Path first = Files.write(folder.resolve("first.img"), new byte[DISK_BYTES]);
        Path second = Files.write(folder.resolve("second.img"), new byte[DISK_BYTES]);
        try (GuestSession guest =
                GuestSession.with().cpus(2).disk(first).disk(second).boot()) {
            guest.run("(yes first | dd of=/dev/vda bs=4k count=512 iflag=fullblock 2>/dev/null) & "
                            + "yes second | dd of=/dev/vdb bs=4k count=512 iflag=fullblock 2>/dev/null; wait; sync")
                    .ok();
            guest.powerOff();
        }
        assertThat(Files.readString(first).substring(0, 512 * 4096)).matches("(?s)(first\n)+(fi?r?s?t?)?");
        assertThat(Files.readString(second).substring(0, 512 * 4096)).matches("(?s)(second\n)+(se?c?o?n?d?)?");
    }

    /** The driver resets the device and makes new rings, while the old ones are busy. */
    @Test
    void diskIsBoundAgainWithRequestsInFlight()
            throws IOException, InterruptedException, LinuxMachineException, NoSuchAlgorithmException {
        byte[] content = new byte[4 * DISK_BYTES];
        new Random(5).nextBytes(content);
        Path disk = Files.write(folder.resolve("busy.img"), content);
        try (GuestSession guest = GuestSession.with().cpus(2).disk(disk).boot()) {
            guest.run("cd /sys/bus/virtio/drivers/virtio_blk").ok();
            for (int round = 0; round < 5; round++) {
                guest.run("cat /dev/vda > /dev/null 2>&1 & echo virtio2 > unbind && echo virtio2 > bind; wait")
                        .ok();
            }
            assertThat(guest.run("md5sum < /dev/vda").ok()).contains(md5(content));
            guest.powerOff();
        }
    }

    private static String md5(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    }
}
