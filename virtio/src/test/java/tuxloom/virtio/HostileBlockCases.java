package tuxloom.virtio;

import static tuxloom.virtio.HostileBench.DATA;
import static tuxloom.virtio.HostileBench.HEADER;
import static tuxloom.virtio.HostileBench.SECTORS;
import static tuxloom.virtio.HostileBench.STATUS;
import static tuxloom.virtio.HostileBench.TABLE;
import static tuxloom.virtio.HostileCase.Verdict.PASS;
import static tuxloom.virtio.HostileCase.Verdict.REJECT;
import static tuxloom.virtio.HostileCase.Verdict.RESET;

import java.util.ArrayList;
import java.util.List;
import tuxloom.virtio.HostileCase.Attack;
import tuxloom.virtio.HostileCase.Verdict;

/** Good rings with block requests that break virtio 1.2, section 5.2.6. */
final class HostileBlockCases {
    private static final int IN = BlockRequest.TYPE_IN;
    private static final int OUT = BlockRequest.TYPE_OUT;
    private static final int FLUSH = BlockRequest.TYPE_FLUSH;
    private static final int GET_ID = BlockRequest.TYPE_GET_ID;
    private static final int DISCARD = BlockRequest.TYPE_DISCARD;
    private static final int ZEROES = BlockRequest.TYPE_WRITE_ZEROES;

    private HostileBlockCases() {}

    static List<HostileCase> all() {
        List<HostileCase> cases = new ArrayList<>();
        addFraming(cases);
        addBuffers(cases);
        addRanges(cases);
        addTypes(cases);
        addUnmapping(cases);
        addRaces(cases);
        return cases;
    }

    private static void addFraming(List<HostileCase> cases) {
        add(cases, "header of 15 bytes", RESET, bench -> {
            bench.request(IN, 0).offer();
            bench.rebind();
            bench.driver().readable(HEADER, 15).writable(DATA, 512);
            return bench.answer();
        });
        add(cases, "header of one byte", RESET, bench -> {
            bench.driver().readable(HEADER, 1);
            return bench.answer();
        });
        add(cases, "request without a header", RESET, bench -> {
            bench.driver().writable(DATA, 512);
            return bench.answer();
        });
        add(cases, "request without a status byte", RESET, bench -> {
            bench.request(OUT, 0).readable(DATA, 512).offer();
            return bench.settle();
        });
        add(cases, "header alone", RESET, bench -> {
            bench.request(FLUSH, 0).offer();
            return bench.settle();
        });
        add(cases, "header in sixteen buffers of a byte", PASS, bench -> {
            bench.memory.putByte(STATUS, (byte) -1);
            bench.memory.putInt(HEADER, IN);
            bench.memory.putLong(HEADER + 8, 1);
            for (int i = 0; i < 16; i++) {
                bench.driver().readable(HEADER + i, 1);
            }
            bench.driver().writable(DATA, 512).writable(STATUS, 1).offerIndirect(TABLE);
            return bench.settle();
        });
    }

    private static void addBuffers(List<HostileCase> cases) {
        add(cases, "header, data and status that lie on each other", PASS, bench -> {
            bench.request(IN, 1).writable(HEADER, 512).writable(HEADER, 1).offer();
            return bench.settleBlindly();
        });
        add(cases, "status byte inside the ring", PASS, bench -> {
            // The bytes of an entry that comes much later.
            bench.request(IN, 1)
                    .writable(DATA, 512)
                    .writable(bench.ringAddress() + 16 * 14, 1)
                    .offer();
            return bench.settleBlindly();
        });
        add(cases, "read of nothing", PASS, bench -> {
            bench.request(IN, 0);
            return bench.answer();
        });
        add(cases, "write of nothing", PASS, bench -> {
            bench.request(OUT, 0);
            return bench.answer();
        });
        add(cases, "read with data to write beside it", PASS, bench -> {
            bench.request(IN, 0).readable(DATA, 512).writable(DATA + 0x1000, 512);
            return bench.answer();
        });
        add(cases, "a thousand buffers of a byte and a half sector", REJECT, bench -> {
            bench.request(IN, 0);
            for (int i = 0; i < 1000; i++) {
                bench.driver().writable(DATA + i, 1);
            }
            bench.driver().writable(STATUS, 1).offerIndirect(TABLE);
            return bench.settle();
        });
        add(cases, "as many buffers as a chain may have", PASS, bench -> {
            bench.request(IN, 0);
            for (int i = 0; i < 1022; i++) {
                bench.driver().writable(DATA + i * 2L, i < 1020 ? 1 : 2);
            }
            bench.driver().writable(STATUS, 1).offerIndirect(TABLE);
            return bench.settle();
        });
        add(cases, "one buffer more than a chain may have", RESET, bench -> {
            bench.request(IN, 0);
            for (int i = 0; i < 1023; i++) {
                bench.driver().writable(DATA + i, 1);
            }
            bench.driver().writable(STATUS, 1).offerIndirect(TABLE);
            return bench.settle();
        });
    }

    private static void addRanges(List<HostileCase> cases) {
        long[] sectors = {SECTORS, SECTORS - 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 55, (1L << 55) - 1, 1L << 32};
        for (long sector : sectors) {
            String at = Long.toHexString(sector);
            add(cases, "read of two sectors at 0x" + at, REJECT, bench -> {
                bench.request(IN, sector).writable(DATA, 1024);
                return bench.answer();
            });
            add(cases, "write of two sectors at 0x" + at, REJECT, bench -> {
                bench.request(OUT, sector).readable(DATA, 1024);
                return bench.answer();
            });
        }
        for (int bytes : new int[] {1, 511, 513, 1023}) {
            add(cases, "read of " + bytes + " bytes", REJECT, bench -> {
                bench.request(IN, 0).writable(DATA, bytes);
                return bench.answer();
            });
            add(cases, "write of " + bytes + " bytes", REJECT, bench -> {
                bench.request(OUT, 0).readable(DATA, bytes);
                return bench.answer();
            });
        }
        add(cases, "read of more than the disk", REJECT, bench -> {
            bench.request(IN, 0).writable(0x100000, (SECTORS + 1) * 512);
            return bench.answer();
        });
        add(cases, "read of the whole disk", PASS, bench -> {
            bench.request(IN, 0).writable(0x100000, SECTORS * 512);
            return bench.answer();
        });
        add(cases, "read of two megabytes behind the disk's end", REJECT, bench -> {
            bench.request(IN, SECTORS).writable(0x100000, 0x200000);
            return bench.answer();
        });
    }

    private static void addTypes(List<HostileCase> cases) {
        for (int type : new int[] {2, 3, 5, 6, 7, 9, 10, 12, 14, 15, 16, 24, 0x100, 0x8000_0000, -1}) {
            add(cases, "request of type 0x" + Integer.toHexString(type), REJECT, bench -> {
                bench.request(type, 0).writable(DATA, 512);
                return bench.answer();
            });
        }
        add(cases, "flush of a sector, with data", PASS, bench -> {
            bench.request(FLUSH, -1).readable(DATA, 512).writable(DATA, 512);
            return bench.answer();
        });
        add(cases, "serial number into no bytes", PASS, bench -> {
            bench.request(GET_ID, 0);
            return bench.answer();
        });
        add(cases, "serial number into a megabyte", PASS, bench -> {
            bench.request(GET_ID, 0).writable(0x100000, 1 << 20);
            return bench.answer();
        });
    }

    private static void addUnmapping(List<HostileCase> cases) {
        for (int type : new int[] {DISCARD, ZEROES}) {
            String what = type == DISCARD ? "discard" : "write of zeroes";
            add(cases, what + " without a range", REJECT, bench -> {
                bench.request(type, 0);
                return bench.answer();
            });
            for (int bytes : new int[] {1, 15, 17, 31}) {
                add(cases, what + " with ranges of " + bytes + " bytes", REJECT, bench -> {
                    bench.request(type, 0).readable(DATA, bytes);
                    return bench.answer();
                });
            }
            add(cases, what + " with more ranges than announced", REJECT, bench -> {
                bench.request(type, 0).readable(DATA, 16 * (BlockConfig.MAX_DISCARD_RANGES + 1));
                return bench.answer();
            });
            add(cases, what + " of nothing", PASS, bench -> unmap(bench, type, 0, 0, 0));
            add(cases, what + " behind the end", REJECT, bench -> unmap(bench, type, SECTORS - 1, 2, 0));
            add(cases, what + " at the last of 64-bit sectors", REJECT, bench -> unmap(bench, type, -1, 2, 0));
            add(cases, what + " whose end wraps around", REJECT, bench -> unmap(bench, type, 1L << 55, 8, 0));
            add(cases, what + " of 2^32 - 1 sectors", REJECT, bench -> unmap(bench, type, 0, -1, 0));
            add(cases, what + " with unknown flags", REJECT, bench -> unmap(bench, type, 0, 8, 2));
            add(cases, what + " with all flags", REJECT, bench -> unmap(bench, type, 0, 8, -1));
        }
        add(cases, "discard that may unmap", REJECT, bench -> unmap(bench, DISCARD, 0, 8, 1));
    }

    private static Verdict unmap(HostileBench bench, int type, long sector, int sectors, int flags) {
        bench.memory.putLong(DATA, sector);
        bench.memory.putInt(DATA + 8, sectors);
        bench.memory.putInt(DATA + 12, flags);
        bench.request(type, 0).readable(DATA, 16);
        return bench.answer();
    }

    private static void addRaces(List<HostileCase> cases) {
        cases.add(HostileCase.race(Target.DISK, "header that changes while it is read", bench -> {
            for (int round = 0; round < 500; round++) {
                bench.request(IN, round % SECTORS)
                        .writable(DATA, 512)
                        .writable(STATUS, 1)
                        .offerIndirect(TABLE);
                bench.device().notifyQueue(0);
                bench.memory.putInt(HEADER, round);
                bench.memory.putLong(HEADER + 8, -round);
                if (bench.settle() == RESET) {
                    return RESET;
                }
            }
            return PASS;
        }));
        cases.add(HostileCase.race(Target.DISK, "reset in the middle of large reads", bench -> {
            for (int round = 0; round < 100; round++) {
                for (int i = 0; i < 4; i++) {
                    bench.request(IN, 0)
                            .writable(0x100000, SECTORS * 512)
                            .writable(STATUS, 1)
                            .offer();
                }
                bench.device().notifyQueue(0);
                bench.rebind();
            }
            return bench.settleAnyhow();
        }));
    }

    private static void add(List<HostileCase> cases, String name, Verdict expected, Attack attack) {
        cases.add(HostileCase.of(Target.DISK, name, expected, attack));
    }
}
