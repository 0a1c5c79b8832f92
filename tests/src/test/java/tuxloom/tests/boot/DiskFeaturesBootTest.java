package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tuxloom.kernel.LinuxMachineException;
import tuxloom.virtio.disk.DiskOptions;
import tuxloom.virtio.disk.DiskOptions.Cache;

/** What the real guest makes of a disk's features. */
@Tag("boot")
class DiskFeaturesBootTest {
    private static final int DISK_BYTES = 8 << 20;

    @TempDir
    Path folder;

    private Path disk(String name) throws IOException {
        byte[] content = new byte[DISK_BYTES];
        new Random(6).nextBytes(content);
        return Files.write(folder.resolve(name), content);
    }

    @Test
    void guestSeesQueuesCacheSerialAndDiscard() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with()
                .cpus(4)
                .disk(DiskOptions.of(disk("a.img")).withSerial("serial-of-a"))
                .disk(DiskOptions.of(disk("b.img")).with(Cache.WRITETHROUGH))
                .readOnlyDisk(disk("c.img"))
                .boot()) {
            assertThat(guest.run("ls /sys/block/vda/mq | wc -l").ok()).isEqualTo("4");
            assertThat(guest.run("cat /sys/block/vda/serial").ok()).isEqualTo("serial-of-a");
            assertThat(guest.run("cat /sys/block/vda/queue/write_cache").ok()).isEqualTo("write back");
            assertThat(guest.run("cat /sys/block/vdb/queue/write_cache").ok()).isEqualTo("write through");
            assertThat(guest.run("cat /sys/block/vda/queue/physical_block_size").ok())
                    .isEqualTo("4096");
            assertThat(guest.run("cat /sys/block/vda/queue/discard_granularity").ok())
                    .isEqualTo("4096");
            assertThat(guest.run("cat /sys/block/vda/queue/discard_max_bytes").ok())
                    .isEqualTo(String.valueOf(2L << 30));
            assertThat(guest.run("cat /sys/block/vda/queue/write_zeroes_max_bytes")
                            .ok())
                    .isEqualTo(String.valueOf(16 << 20));
            assertThat(guest.run("cat /sys/block/vdc/queue/discard_max_bytes").ok())
                    .isEqualTo("0");
            guest.powerOff();
        }
    }

    @Test
    void guestSwitchesTheCacheMode() throws IOException, InterruptedException, LinuxMachineException {
        try (GuestSession guest = GuestSession.with().disk(disk("a.img")).boot()) {
            guest.run("echo 'write through' > /sys/block/vda/cache_type").ok();
            assertThat(guest.run("cat /sys/block/vda/cache_type").ok()).isEqualTo("write through");
            guest.run("dd if=/dev/zero of=/dev/vda bs=64k count=4 conv=fsync 2>/dev/null")
                    .ok();
            guest.run("echo 'write back' > /sys/block/vda/cache_type").ok();
            guest.powerOff();
        }
    }

    @Test
    void grownImageGrowsInTheGuest() throws IOException, InterruptedException, LinuxMachineException {
        Path disk = disk("a.img");
        try (GuestSession guest = GuestSession.with().cpus(2).disk(disk).boot()) {
            try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                file.setLength(2 * DISK_BYTES);
            }
            guest.rescanDisk(0);
            guest.run("while [ $(cat /sys/block/vda/size) = %d ]; do :; done".formatted(DISK_BYTES / 512))
                    .ok();
            assertThat(guest.run("cat /sys/block/vda/size").ok()).isEqualTo(String.valueOf(2 * DISK_BYTES / 512));
            guest.run("echo behind | dd of=/dev/vda bs=512 seek=20000 conv=notrunc,fsync 2>/dev/null")
                    .ok();
            guest.powerOff();
        }
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
            file.seek(20_000L * 512);
            assertThat(file.readLine()).isEqualTo("behind");
        }
    }
}
