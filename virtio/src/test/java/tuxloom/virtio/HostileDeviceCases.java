package tuxloom.virtio;

import static tuxloom.virtio.HostileBench.DATA;
import static tuxloom.virtio.HostileBench.HEADER;
import static tuxloom.virtio.HostileBench.TABLE;
import static tuxloom.virtio.HostileCase.Verdict.PASS;
import static tuxloom.virtio.HostileCase.Verdict.RESET;

import java.util.ArrayList;
import java.util.List;
import tuxloom.virtio.HostileCase.Attack;
import tuxloom.virtio.HostileCase.Verdict;

/** Good rings with buffers that a console (virtio 1.2, section 5.3.6) or a source of entropy (5.4.6) has no use for. */
final class HostileDeviceCases {
    private HostileDeviceCases() {}

    static List<HostileCase> all() {
        List<HostileCase> cases = new ArrayList<>();
        addOutput(cases);
        addInput(cases);
        addEntropy(cases);
        return cases;
    }

    private static void addOutput(List<HostileCase> cases) {
        add(cases, Target.CONSOLE, "output buffer that is writable", PASS, bench -> {
            bench.driver().writable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "write of the most bytes there may be", PASS, bench -> {
            bench.driver()
                    .readable(0x100000, ConsoleTransmitter.MAX_WRITE_BYTES)
                    .offer();
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "write of a byte more than that", RESET, bench -> {
            bench.driver()
                    .readable(0x100000, ConsoleTransmitter.MAX_WRITE_BYTES + 1)
                    .offer();
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "write that is too large in many small parts", RESET, bench -> {
            for (int i = 0; i < 1000; i++) {
                bench.driver().readable(DATA, 4096);
            }
            bench.driver().offerIndirect(TABLE);
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "a thousand parts of a byte", PASS, bench -> {
            for (int i = 0; i < 1000; i++) {
                bench.driver().readable(DATA, 1);
            }
            bench.driver().offerIndirect(TABLE);
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "every byte there is", PASS, bench -> {
            for (int i = 0; i < 256; i++) {
                bench.memory.putByte(DATA + i, (byte) i);
            }
            bench.driver().readable(DATA, 256).offer();
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "the same buffer in every entry", PASS, bench -> {
            for (int i = 0; i < HostileBench.RING_ENTRIES; i++) {
                bench.driver().readable(DATA, 4096).offer();
            }
            return bench.settle();
        });
        add(cases, Target.CONSOLE, "the same id twice", PASS, bench -> {
            bench.driver().readable(DATA, 16).offerAs(3);
            bench.driver().readable(DATA, 16).offerAs(3);
            return bench.settle();
        });
    }

    private static void addInput(List<HostileCase> cases) {
        add(cases, Target.CONSOLE_INPUT, "input buffer that is readable", RESET, bench -> {
            bench.driver().readable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.CONSOLE_INPUT, "input buffer of one byte", PASS, bench -> {
            bench.typed("longer than that").driver().writable(DATA, 1).offer();
            Verdict verdict = bench.settle();
            for (int i = 0; i < 20; i++) {
                bench.driver().writable(DATA, 1).offer();
                bench.settle();
            }
            return verdict;
        });
        add(cases, Target.CONSOLE_INPUT, "input buffer of three megabytes", PASS, bench -> {
            bench.driver().writable(0x100000, 0x200000).offer();
            return bench.settle();
        });
        add(cases, Target.CONSOLE_INPUT, "input buffer with something to read before it", PASS, bench -> {
            bench.driver().readable(HEADER, 64).writable(DATA, 64).offer();
            return bench.settle();
        });
    }

    private static void addEntropy(List<HostileCase> cases) {
        add(cases, Target.ENTROPY, "request without writable bytes", RESET, bench -> {
            bench.driver().readable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.ENTROPY, "request with something to read before it", PASS, bench -> {
            bench.driver().readable(DATA, 64).writable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.ENTROPY, "request of one byte", PASS, bench -> {
            bench.driver().writable(DATA, 1).offer();
            return bench.settle();
        });
        add(cases, Target.ENTROPY, "request of two megabytes", PASS, bench -> {
            bench.driver().writable(0x100000, 0x200000).offer();
            return bench.settle();
        });
        add(cases, Target.ENTROPY, "a thousand buffers of a byte", PASS, bench -> {
            for (int i = 0; i < 1000; i++) {
                bench.driver().writable(DATA + i, 1);
            }
            bench.driver().offerIndirect(TABLE);
            return bench.settle();
        });
    }

    private static void add(List<HostileCase> cases, Target target, String name, Verdict expected, Attack attack) {
        cases.add(HostileCase.of(target, name, expected, attack));
    }
}
