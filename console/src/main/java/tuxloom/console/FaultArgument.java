package tuxloom.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import tuxloom.virtio.disk.DiskFaults;

/** The {@code --fault diskN:WHAT} arguments: what goes wrong, on purpose, with the N-th disk, counted from 0. */
final class FaultArgument {
    static final String SYNTAX = "diskN:eio@SECTOR|latency=TIME|torn-write@N|powercut@N";

    private static final Pattern FORM = Pattern.compile(
            "disk([0-9]{1,3}):(?:(eio|torn-write|powercut)@([0-9]{1,15})" + "|latency=([0-9]{1,6})(us|ms|s))");

    private FaultArgument() {}

    /**
     * Reads all arguments; several for one disk add up.
     *
     * @return the faults of each disk
     * @throws CommandFailure (bad argument) for the first that is wrong
     */
    static List<DiskFaults> parse(List<String> arguments, int disks) {
        var faults = new ArrayList<>(Collections.nCopies(disks, DiskFaults.NONE));
        for (var argument : arguments) {
            var matcher = FORM.matcher(argument);
            if (!matcher.matches()) {
                throw CommandFailure.badArgument("--fault " + argument + " is no fault; write --fault " + SYNTAX);
            }
            var disk = Integer.parseInt(matcher.group(1));
            if (disk >= disks) {
                throw CommandFailure.badArgument("--fault " + argument + ": there are " + disks + " disks");
            }
            var what = matcher.group(2);
            if (what == null) {
                faults.set(disk, faults.get(disk).withLatency(time(matcher.group(4), matcher.group(5))));
            } else {
                faults.set(disk, at(argument, faults.get(disk), what, Long.parseLong(matcher.group(3))));
            }
        }
        return List.copyOf(faults);
    }

    private static DiskFaults at(String argument, DiskFaults faults, String what, long number) {
        if (what.equals("eio")) {
            return faults.withBadSector(number);
        }
        if (number == 0) {
            throw CommandFailure.badArgument("--fault " + argument + ": writes are counted from 1");
        }
        return faults.withCut(number, what.equals("torn-write"));
    }

    private static Duration time(String number, String unit) {
        var count = Long.parseLong(number);
        return switch (unit) {
            case "us" -> Duration.ofNanos(count * 1_000);
            case "ms" -> Duration.ofMillis(count);
            default -> Duration.ofSeconds(count);
        };
    }
}
