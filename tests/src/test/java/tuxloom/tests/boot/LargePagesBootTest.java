package tuxloom.tests.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guest's pages are as large as wasm's, 64 KiB; what does not fill one must not cost one (images/linux/patches, 13 and 14). */
@Tag("boot")
@Timeout(120)
class LargePagesBootTest {
    private static final String FREE_KIB = "awk '/^MemFree/ {print $2}' /proc/meminfo";
    private static final int LINKS = 200;
    private static final int PAGE_KIB = 64;

    @Test
    void targetsOfSymlinksShareTheirPages() throws Exception {
        try (var guest = GuestSession.with().cpus(1).boot()) {
            guest.run("mkdir /tmp/links; cd /tmp/links").ok();
            var before = Integer.parseInt(guest.run(FREE_KIB).ok());
            guest.run("i=0; while [ $i -lt " + LINKS + " ]; do ln -s to$i $i; i=$((i+1)); done")
                    .ok();
            var after = Integer.parseInt(guest.run(FREE_KIB).ok());

            assertThat(before - after).isLessThan(LINKS * PAGE_KIB / 4);
            assertThat(guest.run("for i in 0 42 199; do readlink $i; done").ok().split("\\s+"))
                    .containsExactly("to0", "to42", "to199");
            assertThat(guest.run("rm -r /tmp/links && ls /tmp | grep -c links").output())
                    .isEqualTo("0");
        }
    }

    @Test
    void symlinksOfAllLengthsLeadToTheirTargets() throws Exception {
        try (var guest = GuestSession.with().cpus(1).boot()) {
            guest.run("cd /tmp; echo found > file").ok();
            // Lengths around the one up to which targets are beside the inode: ./././file.
            for (var repeats : new int[] {1, 60, 61, 62, 63, 400}) {
                var target = "./".repeat(repeats) + "file";
                guest.run("ln -sf " + target + " link").ok();
                assertThat(guest.run("readlink link").ok()).isEqualTo(target);
                assertThat(guest.run("stat -c %s link").ok()).isEqualTo(Integer.toString(target.length()));
                assertThat(guest.run("cat link").ok()).isEqualTo("found");
            }
            assertThat(guest.run("mv link other; rm file; cat other").status()).isEqualTo(1);
        }
    }

    @Test
    void hashTablesAreAsLargeAsTheMemoryWants() throws Exception {
        try (var guest = GuestSession.with().cpus(1).boot()) {
            var tables = "dmesg | grep 'TCP established hash\\|UDP hash' | grep -o 'entries: [0-9]*'";
            assertThat(guest.run(tables).ok().lines()).containsExactly("entries: 2048", "entries: 256");
        }
    }
}
