package tuxloom.virtio;

import static tuxloom.virtio.HostileBench.DATA;
import static tuxloom.virtio.HostileBench.HEADER;
import static tuxloom.virtio.HostileBench.TABLE;
import static tuxloom.virtio.HostileCase.Verdict.PASS;
import static tuxloom.virtio.HostileCase.Verdict.REJECT;
import static tuxloom.virtio.HostileCase.Verdict.RESET;

import java.util.ArrayList;
import java.util.List;
import tuxloom.virtio.HostileCase.Attack;
import tuxloom.virtio.HostileCase.Verdict;

/** Good rings with control messages and buffers that a console with ports (virtio 1.2, section 5.3.6.2) has no use for. */
final class HostilePortCases {
    private HostilePortCases() {}

    static List<HostileCase> all() {
        List<HostileCase> cases = new ArrayList<>();
        addIds(cases);
        addEvents(cases);
        addMessages(cases);
        addControlInput(cases);
        addPort(cases);
        return cases;
    }

    private static void addIds(List<HostileCase> cases) {
        for (int id : new int[] {2, 3, 255, 256, 0x10001, Integer.MAX_VALUE, Integer.MIN_VALUE, -2, -1}) {
            String name = "port " + Integer.toUnsignedString(id);
            add(cases, Target.PORT_CONTROL, name + " ready", REJECT, bench -> {
                say(bench, -1, ControlMessage.DEVICE_READY, 1);
                return say(bench, id, ControlMessage.PORT_READY, 1);
            });
            add(cases, Target.PORT_CONTROL, name + " open", REJECT, bench -> {
                say(bench, -1, ControlMessage.DEVICE_READY, 1);
                return say(bench, id, ControlMessage.PORT_OPEN, 1);
            });
        }
    }

    private static void addEvents(List<HostileCase> cases) {
        for (int event : new int[] {1, 2, 4, 5, 7, 8, 255, 0x7FFF, 0xFFFF}) {
            add(cases, Target.PORT_CONTROL, "event " + event + ", which no driver sends", REJECT, bench -> {
                say(bench, -1, ControlMessage.DEVICE_READY, 1);
                say(bench, 1, ControlMessage.PORT_READY, 1);
                return say(bench, 1, event, 1);
            });
        }
        for (int event : new int[] {ControlMessage.PORT_READY, ControlMessage.PORT_OPEN, ControlMessage.RESIZE}) {
            add(
                    cases,
                    Target.PORT_CONTROL,
                    "event " + event + " before the device is ready",
                    REJECT,
                    bench -> say(bench, 1, event, 1));
        }
        add(cases, Target.PORT_CONTROL, "port opened before it is ready", REJECT, bench -> {
            say(bench, -1, ControlMessage.DEVICE_READY, 1);
            return say(bench, 1, ControlMessage.PORT_OPEN, 1);
        });
        add(
                cases,
                Target.PORT_CONTROL,
                "device that could not be made ready",
                PASS,
                bench -> say(bench, -1, ControlMessage.DEVICE_READY, 0));
        add(cases, Target.PORT_CONTROL, "port that could not be added", PASS, bench -> {
            say(bench, -1, ControlMessage.DEVICE_READY, 1);
            return say(bench, 1, ControlMessage.PORT_READY, 0);
        });
        for (int event : new int[] {ControlMessage.DEVICE_READY, ControlMessage.PORT_READY, ControlMessage.PORT_OPEN}) {
            add(cases, Target.PORT_CONTROL, "event " + event + " a thousand times, and nobody listens", PASS, bench -> {
                say(bench, -1, ControlMessage.DEVICE_READY, 1);
                say(bench, 1, ControlMessage.PORT_READY, 1);
                Verdict verdict = PASS;
                for (int i = 0; i < 1_000; i++) {
                    verdict = say(bench, 1, event, event == ControlMessage.PORT_OPEN ? i & 1 : 1);
                }
                return verdict;
            });
        }
    }

    private static void addMessages(List<HostileCase> cases) {
        for (int length = 1; length < ControlMessage.BYTES; length++) {
            int bytes = length;
            add(cases, Target.PORT_CONTROL, "message of " + bytes + " bytes", REJECT, bench -> {
                bench.driver().readable(HEADER, bytes).offer();
                return bench.settle();
            });
        }
        add(cases, Target.PORT_CONTROL, "message that is writable", REJECT, bench -> {
            bench.driver().writable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_CONTROL, "message in eight parts", PASS, bench -> {
            bench.memory.write(HEADER, ControlMessage.bytes(-1, 0, 1), 0, ControlMessage.BYTES);
            for (int i = 0; i < ControlMessage.BYTES; i++) {
                bench.driver().readable(HEADER + i, 1);
            }
            bench.driver().offerIndirect(TABLE);
            return bench.settle();
        });
        add(cases, Target.PORT_CONTROL, "message of two megabytes", PASS, bench -> {
            bench.memory.write(0x100000, ControlMessage.bytes(-1, 0, 1), 0, ControlMessage.BYTES);
            bench.driver().readable(0x100000, 0x200000).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_CONTROL, "queue behind the last port's", RESET, bench -> {
            bench.device().enableQueue(6, 16, 0x3F000, () -> {});
            return bench.settleQuietly();
        });
    }

    private static void addControlInput(List<HostileCase> cases) {
        add(cases, Target.PORT_CONTROL_INPUT, "buffer that is readable", RESET, bench -> {
            bench.driver().readable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_CONTROL_INPUT, "buffer a byte too small for a message", RESET, bench -> {
            bench.driver().writable(DATA, ControlMessage.BYTES - 1).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_CONTROL_INPUT, "buffer of a message's size", PASS, bench -> {
            bench.driver().writable(DATA, ControlMessage.BYTES).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_CONTROL_INPUT, "buffer too small for a name", RESET, bench -> {
            for (int i = 0; i < 3; i++) {
                bench.driver().writable(DATA, ControlMessage.BYTES).offer();
            }
            bench.greet();
            // The name comes third at the latest.
            Verdict verdict = PASS;
            for (int i = 0; i < 3 && verdict == PASS; i++) {
                verdict = bench.settleBlindly();
            }
            return verdict;
        });
        add(cases, Target.PORT_CONTROL_INPUT, "buffer of two megabytes", PASS, bench -> {
            bench.driver().writable(0x100000, 0x200000).offer();
            return bench.settle();
        });
    }

    private static void addPort(List<HostileCase> cases) {
        add(cases, Target.PORT, "write of the most bytes there may be", PASS, bench -> {
            bench.driver()
                    .readable(0x100000, ConsoleTransmitter.MAX_WRITE_BYTES)
                    .offer();
            return bench.settle();
        });
        add(cases, Target.PORT, "write of a byte more than that", RESET, bench -> {
            bench.driver()
                    .readable(0x100000, ConsoleTransmitter.MAX_WRITE_BYTES + 1)
                    .offer();
            return bench.settle();
        });
        add(cases, Target.PORT, "write to a port that is not open", PASS, bench -> {
            bench.driver().readable(DATA, 16).offer();
            return bench.settle();
        });
        add(cases, Target.PORT, "reset storm while nobody takes the output", PASS, bench -> {
            bench.port.block();
            for (int i = 0; i < 300; i++) {
                bench.rebind();
                bench.driver().readable(DATA, 4096).offer();
                bench.driver().readable(DATA, 4096).offer();
                bench.device().notifyQueue(bench.queue());
            }
            bench.port.open.countDown();
            bench.settleAnyhow();
            return PASS;
        });
        add(cases, Target.PORT_INPUT, "input buffer that is readable", RESET, bench -> {
            bench.driver().readable(DATA, 64).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_INPUT, "input buffer of one byte", PASS, bench -> {
            bench.driver().writable(DATA, 1).offer();
            return bench.settle();
        });
        add(cases, Target.PORT_INPUT, "reset storm while input comes", PASS, bench -> {
            for (int i = 0; i < 100; i++) {
                bench.rebind();
                bench.greet();
                bench.port.send("input of a storm");
                bench.driver().writable(DATA, 3).offer();
                bench.device().notifyQueue(bench.queue());
            }
            bench.settleAnyhow();
            return PASS;
        });
    }

    private static Verdict say(HostileBench bench, int id, int event, int value) {
        byte[] message = ControlMessage.bytes(id, event, value);
        bench.memory.write(HEADER, message, 0, message.length);
        bench.driver().readable(HEADER, message.length).offer();
        return bench.settle();
    }

    private static void add(List<HostileCase> cases, Target target, String name, Verdict expected, Attack attack) {
        cases.add(HostileCase.of(target, name, expected, attack));
    }
}
