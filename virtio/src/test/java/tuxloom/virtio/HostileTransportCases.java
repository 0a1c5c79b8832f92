package tuxloom.virtio;

import static tuxloom.virtio.HostileBench.DATA;
import static tuxloom.virtio.HostileBench.MEMORY_BYTES;
import static tuxloom.virtio.HostileBench.RING_ENTRIES;
import static tuxloom.virtio.HostileCase.Verdict.PASS;
import static tuxloom.virtio.HostileCase.Verdict.REJECT;
import static tuxloom.virtio.HostileCase.Verdict.RESET;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tuxloom.virtio.HostileCase.Verdict;

/** Calls of the transport (docs/host-abi.md, section 7) that no driver should make, against every device. */
final class HostileTransportCases {
    private record Call(String name, Verdict expected, Consumer<HostileBench> make) {}

    private static final List<Call> CALLS = List.of(
            new Call("ring of no entries", RESET, b -> enable(b, b.queue(), 0, 0x2000)),
            new Call("ring of one entry more than there may be", RESET, b -> enable(b, b.queue(), 32_769, 0x2000)),
            new Call("ring of minus one entry", RESET, b -> enable(b, b.queue(), -1, 0x2000)),
            new Call("ring of the largest signed size", RESET, b -> enable(b, b.queue(), Integer.MAX_VALUE, 0x2000)),
            new Call("ring at an odd address", RESET, b -> enable(b, b.queue(), RING_ENTRIES, 0x2001)),
            new Call("ring at an address of half an entry", RESET, b -> enable(b, b.queue(), RING_ENTRIES, 0x2008)),
            new Call("ring that ends beyond memory", RESET, b -> enable(b, b.queue(), RING_ENTRIES, MEMORY_BYTES - 16)),
            new Call("ring beyond memory", RESET, b -> enable(b, b.queue(), RING_ENTRIES, MEMORY_BYTES)),
            new Call("ring whose end wraps around", RESET, b -> enable(b, b.queue(), RING_ENTRIES, 0xFFFF_FFF0L)),
            new Call("ring at a negative address", RESET, b -> enable(b, b.queue(), RING_ENTRIES, -16)),
            new Call("queue that the device has not", RESET, b -> enable(b, 63, RING_ENTRIES, 0x2000)),
            new Call("queue of a negative number", RESET, b -> enable(b, -1, RING_ENTRIES, 0x2000)),
            new Call("queue without features accepted", RESET, b -> {
                b.device().reset();
                enable(b, b.queue(), RING_ENTRIES, 0x2000);
            }),
            new Call("no features accepted", RESET, b -> b.device().acceptFeatures(0)),
            new Call("all features accepted", RESET, b -> b.device().acceptFeatures(-1)),
            new Call(
                    "a feature accepted that was not offered",
                    RESET,
                    b -> b.device().acceptFeatures(b.device().offeredFeatures() | 1L << 63)),
            new Call("set-up beyond memory", RESET, b -> attach(b, MEMORY_BYTES + 8, 0x100)),
            new Call("set-up at the top of 32 bits", RESET, b -> attach(b, 0xFFFF_FFF8L, 0x100)),
            new Call("set-up with a config space of negative size", RESET, b -> attach(b, b.configAddress(), -1)),
            new Call("the same set-up again", REJECT, b -> attach(b, b.configAddress(), 0x100)),
            new Call("notifications of queues that are not there", REJECT, b -> {
                for (int queue : new int[] {-1, 2, 63, 64, 255, 0xFFFF, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                    b.device().notifyQueue(queue);
                }
            }),
            new Call("ends of queues that are not there", REJECT, b -> {
                for (int queue : new int[] {-1, 63, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                    b.device().disableQueue(queue);
                }
            }),
            new Call("ten thousand notifications of nothing", REJECT, b -> {
                for (int i = 0; i < 10_000; i++) {
                    b.device().notifyQueue(b.queue());
                }
            }),
            new Call("config space scribbled over", REJECT, b -> {
                b.memory.slice(b.configAddress(), 0x100).fill((byte) 0xFF);
                b.device().configWritten();
            }),
            new Call("a thousand writes to the config space", REJECT, b -> {
                for (int i = 0; i < 1_000; i++) {
                    b.memory.putInt(b.configAddress() + 32, i);
                    b.device().configWritten();
                }
            }));

    private HostileTransportCases() {}

    static List<HostileCase> all() {
        List<HostileCase> cases = new ArrayList<>();
        for (Target target : List.of(Target.DISK, Target.CONSOLE, Target.ENTROPY, Target.PORT)) {
            for (Call call : CALLS) {
                cases.add(HostileCase.of(target, call.name, call.expected, bench -> {
                    call.make.accept(bench);
                    return bench.settleQuietly();
                }));
            }
            cases.add(HostileCase.of(target, "reset storm with a request in each ring", PASS, bench -> {
                for (int i = 0; i < 300; i++) {
                    bench.rebind();
                    bench.driver().readable(DATA, 16).writable(DATA, 64).offer();
                    bench.device().notifyQueue(bench.queue());
                    bench.device().reset();
                }
                return afterStorm(bench);
            }));
            cases.add(HostileCase.of(target, "queue disabled and enabled in a storm", REJECT, bench -> {
                for (int i = 0; i < 300; i++) {
                    bench.device().disableQueue(bench.queue());
                    bench.device().notifyQueue(bench.queue());
                    enable(bench, bench.queue(), 4, 0x200000);
                }
                bench.rebind();
                return bench.settleQuietly();
            }));
            cases.add(HostileCase.race(target, "notified from four threads at once", bench -> {
                List<Thread> notifiers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    notifiers.add(Thread.ofPlatform().start(() -> {
                        for (int n = 0; n < 1_000; n++) {
                            bench.device().notifyQueue(bench.queue());
                        }
                    }));
                }
                for (Thread notifier : notifiers) {
                    notifier.join();
                }
                return bench.settleQuietly();
            }));
            cases.add(HostileCase.race(target, "reset from four threads at once", bench -> {
                List<Thread> resetters = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    resetters.add(Thread.ofPlatform().start(() -> {
                        for (int n = 0; n < 200; n++) {
                            bench.device().reset();
                            bench.device().acceptFeatures(bench.device().offeredFeatures());
                            enable(bench, bench.queue(), RING_ENTRIES, bench.ringAddress());
                        }
                    }));
                }
                for (Thread resetter : resetters) {
                    resetter.join();
                }
                return bench.settleAnyhow();
            }));
        }
        return cases;
    }

    /** A short request breaks the disk, if the reset does not come first; what counts is that the last reset mends it. */
    private static Verdict afterStorm(HostileBench bench) throws InterruptedException {
        bench.settleAnyhow();
        return PASS;
    }

    private static void enable(HostileBench bench, int queue, int size, long address) {
        bench.device().enableQueue(queue, size, address, () -> {});
    }

    private static void attach(HostileBench bench, long address, int length) {
        bench.device().attach(bench.memory, address, length, () -> {});
    }
}
