package tuxloom.machine;

import java.util.Optional;
import java.util.function.Function;

/**
 * Describes where a machine stands: per virtual CPU and task its state and its stack. Made from the outside without the guest's
 * help, so it also works on a guest that hangs; the machine runs on meanwhile.
 */
public final class MachineReport {
    private final Machine machine;
    private final Function<StackTraceElement, Optional<String>> guestFrames;

    /**
     * Makes reports of {@code machine}.
     *
     * @param guestFrames names the wasm function of a stack frame, or returns nothing for a frame of the host
     */
    public MachineReport(Machine machine, Function<StackTraceElement, Optional<String>> guestFrames) {
        this.machine = machine;
        this.guestFrames = guestFrames;
    }

    /**
     * Returns the report as text of many lines.
     *
     * @param reason its headline
     */
    public String write(String reason) {
        var text = new StringBuilder();
        var cpus = machine.cpus();
        text.append(reason).append('\n');
        text.append("%d virtual CPUs, %d dispatches, %s; %d tasks, %d of them waiting%n"
                .formatted(
                        cpus.count(),
                        cpus.dispatches(),
                        cpus.hasReadyTasks() ? "tasks are ready to run" : "no task is ready to run",
                        machine.taskCount(),
                        machine.parkingLot().waiters()));
        for (var thread : cpus.threads()) {
            text.append("\n%s: %s%n".formatted(thread.getName(), carried(thread)));
        }
        for (var task : machine.tasks()) {
            // The thread's own text names the virtual CPU that carries it.
            text.append("\ntask %d \"%s\": %s%n".formatted(task.id(), task.name(), task.thread()));
            appendStack(text, task.thread());
        }
        return text.toString();
    }

    private String carried(Thread cpu) {
        var suffix = "@" + cpu.getName();
        return machine.tasks().stream()
                .filter(task -> task.thread().toString().endsWith(suffix))
                .findFirst()
                .map(task -> "runs task %d \"%s\"".formatted(task.id(), task.name()))
                .orElse("idle");
    }

    private void appendStack(StringBuilder text, Thread thread) {
        for (var frame : thread.getStackTrace()) {
            var line = guestFrames.apply(frame).map(name -> "wasm " + name).orElseGet(() -> "host " + frame);
            text.append("    at ").append(line).append('\n');
        }
    }
}
