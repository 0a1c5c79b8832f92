package tuxloom.virtio;

import static tuxloom.virtio.Descriptor.INDIRECT;
import static tuxloom.virtio.Descriptor.NEXT;
import static tuxloom.virtio.Descriptor.WRITE;
import static tuxloom.virtio.HostileBench.DATA;
import static tuxloom.virtio.HostileBench.HEADER;
import static tuxloom.virtio.HostileBench.MEMORY_BYTES;
import static tuxloom.virtio.HostileBench.RING_ENTRIES;
import static tuxloom.virtio.HostileBench.TABLE;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tuxloom.virtio.HostileCase.Verdict;

/** Rings that break virtio 1.2, section 2.8, each against every queue. */
final class HostileRingCases {
    /** A ring that no device can make sense of. */
    private record BrokenRing(String name, Consumer<FakeDriver> offer) {}

    private static final List<BrokenRing> BROKEN = List.of(
            new BrokenRing(
                    "readable buffer after a writable one",
                    d -> d.writable(DATA, 512).readable(HEADER, 16).offer()),
            new BrokenRing(
                    "readable entry after a writable one in a table",
                    d -> d.writable(DATA, 512).readable(HEADER, 16).offerIndirect(TABLE)),
            new BrokenRing(
                    "readable buffer between writable ones",
                    d -> d.writable(DATA, 512)
                            .readable(HEADER, 16)
                            .writable(DATA, 1)
                            .offer()),
            new BrokenRing("chain that fills the ring and never ends", d -> {
                for (int i = 0; i < RING_ENTRIES; i++) {
                    d.element(HEADER, 16, NEXT);
                }
                d.offerAsIs();
            }),
            new BrokenRing("empty readable buffer", d -> d.readable(HEADER, 0).offer()),
            new BrokenRing("empty writable buffer", d -> d.writable(DATA, 0).offer()),
            new BrokenRing(
                    "empty buffer at the end of a chain",
                    d -> d.readable(HEADER, 16)
                            .writable(DATA, 512)
                            .writable(DATA, 0)
                            .offer()),
            new BrokenRing(
                    "empty buffer in a table",
                    d -> d.readable(HEADER, 16).writable(DATA, 0).offerIndirect(TABLE)),
            new BrokenRing(
                    "buffer one byte beyond memory",
                    d -> d.writable(MEMORY_BYTES - 15, 16).offer()),
            new BrokenRing(
                    "readable buffer right behind memory",
                    d -> d.readable(MEMORY_BYTES, 1).offer()),
            new BrokenRing(
                    "buffer at the top of 32 bits",
                    d -> d.writable(0xFFFF_FFFFL, 1).offer()),
            new BrokenRing(
                    "buffer whose end wraps around 32 bits",
                    d -> d.writable(0xFFFF_FFF0L, 0x20).offer()),
            new BrokenRing(
                    "buffer whose end wraps around 64 bits",
                    d -> d.writable(-16, 32).offer()),
            new BrokenRing(
                    "buffer at the last of 64-bit addresses",
                    d -> d.readable(-1, 1).offer()),
            new BrokenRing(
                    "buffer at the least of signed addresses",
                    d -> d.readable(Long.MIN_VALUE, 16).offer()),
            new BrokenRing(
                    "address that is inside once it is cut to 32 bits",
                    d -> d.writable(0x1_0000_0000L + DATA, 512).offer()),
            new BrokenRing(
                    "buffer of 4 GiB less one byte",
                    d -> d.writable(DATA, 0xFFFF_FFFFL).offer()),
            new BrokenRing(
                    "length that is negative when signed",
                    d -> d.readable(DATA, 0x8000_0000L).offer()),
            new BrokenRing("chain of more than 4 GiB", d -> {
                for (int i = 0; i < 1024; i++) {
                    d.writable(0, MEMORY_BYTES);
                }
                d.offerIndirect(TABLE);
            }),
            new BrokenRing(
                    "table inside a table", d -> d.element(TABLE, 16, INDIRECT).offerIndirect(TABLE)),
            new BrokenRing(
                    "table inside a table behind a good entry",
                    d -> d.readable(HEADER, 16)
                            .element(TABLE, 16, INDIRECT | WRITE)
                            .offerIndirect(TABLE)),
            new BrokenRing(
                    "table that goes on with a chain",
                    d -> d.element(TABLE, 16, INDIRECT | NEXT)
                            .readable(HEADER, 16)
                            .offerAsIs()),
            new BrokenRing(
                    "table at the end of a chain",
                    d -> d.element(HEADER, 16, NEXT)
                            .element(TABLE, 16, INDIRECT)
                            .offerAsIs()),
            new BrokenRing(
                    "table without entries", d -> d.element(TABLE, 0, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table of less than an entry",
                    d -> d.element(TABLE, 15, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table of an entry and a half",
                    d -> d.element(TABLE, 24, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table of more entries than a chain may have",
                    d -> d.element(TABLE, 16 * 1025, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table of 4 GiB",
                    d -> d.element(TABLE, 0xFFFF_FFF0L, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table that ends beyond memory",
                    d -> d.element(MEMORY_BYTES - 16, 32, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table whose end wraps around",
                    d -> d.element(-16, 32, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "table at a wild address",
                    d -> d.element(0xDEAD_BEEF_0000L, 16, INDIRECT).offerAsIs()),
            new BrokenRing(
                    "buffer id right behind the ring",
                    d -> d.readable(HEADER, 16).offerAs(RING_ENTRIES)),
            new BrokenRing("largest buffer id", d -> d.readable(HEADER, 16).offerAs(0xFFFF)));

    private HostileRingCases() {}

    static List<HostileCase> all() {
        List<HostileCase> cases = new ArrayList<>();
        for (Target target : Target.values()) {
            for (BrokenRing ring : BROKEN) {
                cases.add(HostileCase.of(target, ring.name, Verdict.RESET, bench -> {
                    ring.offer.accept(bench.driver());
                    return bench.settle();
                }));
            }
            cases.add(HostileCase.of(target, "reserved flags mean nothing", Verdict.PASS, bench -> {
                goodRequest(bench, 0x7F78);
                return bench.settle();
            }));
            cases.add(HostileCase.of(
                    target, "entry that is both available and used is ignored", Verdict.REJECT, bench -> {
                        bench.memory.putShort(
                                bench.ringAddress() + 14, (short) (Descriptor.AVAILABLE | Descriptor.USED));
                        bench.device().notifyQueue(bench.queue());
                        return bench.settleQuietly();
                    }));
            cases.add(HostileCase.race(target, "ring scribbled over while it is served", HostileRingCases::scribble));
            cases.add(HostileCase.race(target, "descriptors that change while in use", HostileRingCases::flicker));
            cases.add(HostileCase.race(target, "ring that is its own buffer", bench -> {
                for (int i = 0; i < 3; i++) {
                    bench.driver()
                            .readable(bench.ringAddress(), 16)
                            .writable(bench.ringAddress(), 256)
                            .offer();
                }
                bench.typed("\0\0\0\0").device().notifyQueue(bench.queue());
                return bench.settleAnyhow();
            }));
        }
        return cases;
    }

    /** Something each device has an answer for, with more flags than it needs. */
    private static void goodRequest(HostileBench bench, int flags) {
        switch (bench.target) {
            case DISK -> {
                bench.request(0, 3);
                bench.driver()
                        .element(DATA, 512, flags | WRITE)
                        .writable(HostileBench.STATUS, 1)
                        .offerIndirect(TABLE);
            }
            case CONSOLE, PORT, PORT_CONTROL ->
                bench.driver().element(HEADER, 16, flags & ~WRITE).offerIndirect(TABLE);
            case CONSOLE_INPUT, ENTROPY, PORT_INPUT, PORT_CONTROL_INPUT ->
                bench.driver().element(DATA, 64, flags | WRITE).offerIndirect(TABLE);
        }
    }

    private static Verdict scribble(HostileBench bench) throws InterruptedException {
        var random = new java.util.Random(bench.queue());
        bench.typed("input");
        for (int round = 0; round < 2_000; round++) {
            long at = bench.ringAddress() + 16L * random.nextInt(RING_ENTRIES);
            bench.memory.putLong(at, DATA + random.nextInt(0x1000));
            bench.memory.putInt(at + 8, random.nextInt(0x1000));
            bench.memory.putShort(at + 12, (short) random.nextInt(RING_ENTRIES));
            bench.memory.putShortRelease(at + 14, (short) random.nextInt(0x10000));
            bench.device().notifyQueue(bench.queue());
        }
        return bench.settleAnyhow();
    }

    /** The device may see either address, at any moment; one of them is beyond memory. */
    private static Verdict flicker(HostileBench bench) throws InterruptedException {
        bench.typed("input");
        for (int round = 0; round < RING_ENTRIES; round++) {
            long entry = bench.ringAddress() + 16L * round;
            bench.driver()
                    .element(DATA, 64, bench.target == Target.CONSOLE ? 0 : WRITE)
                    .offerIndirect(TABLE);
            bench.device().notifyQueue(bench.queue());
            for (int flip = 0; flip < 200; flip++) {
                bench.memory.putLong(entry, flip % 2 == 0 ? TABLE : -1);
                bench.memory.putLong(TABLE, flip % 2 == 0 ? -1 : DATA);
                bench.memory.putInt(TABLE + 8, flip % 3 == 0 ? 0x7FFF_FFFF : 64);
            }
        }
        return bench.settleAnyhow();
    }
}
