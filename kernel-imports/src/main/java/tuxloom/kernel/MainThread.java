package tuxloom.kernel;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import tuxloom.engine.Trap;
import tuxloom.engine.Unwind;
import tuxloom.machine.GuestTask;
import tuxloom.machine.InterruptLine;
import tuxloom.machine.MachineStopped;

/**
 * The main instance (docs/host-abi.md, sections 1 and 5): runs {@code boot()}, then the callbacks that workers ask for and the
 * interrupts of devices, one after the other.
 *
 * <p>It is not tied to a thread. Whoever has something for it to do queues it and then, unless somebody else is at it, works the
 * queue off; so a request costs no switch of threads. Callbacks may wait for devices, so only guest tasks run them. A device's worker
 * runs interrupts and leaves; a task that finds it at that waits, which takes no longer than an interrupt. So nothing is ever left
 * to a thread that would need a virtual CPU: those may all be busy waiting for just that.
 */
final class MainThread extends KernelThread {
    private final ConcurrentLinkedQueue<Callback> callbacks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Line> interrupts = new ConcurrentLinkedQueue<>();
    private final AtomicReference<User> user = new AtomicReference<>(User.TASK);
    private GuestCalls.Entry triggerInterrupt = irq -> {
        throw new IllegalStateException("interrupt " + irq + " before the boot has begun");
    };

    MainThread(KernelHost host) {
        super(host, "main");
    }

    /** Who uses the main instance. */
    private enum User {
        NOBODY,
        TASK,
        DEVICE
    }

    /** Boots. */
    void run(GuestTask task) {
        task.onStop(this::stopGuestCode);
        try {
            var kernel = instantiate();
            triggerInterrupt = host.abi().interruptEntry(kernel);
            kernel.function("boot").as(GuestCalls.Procedure.class).call();
            InterruptWatch.start(host, kernel);
        } catch (Trap trap) {
            kernelTrapped(trap);
        }
        user.set(User.NOBODY);
        work(User.TASK);
    }

    /** Asks for a call of table entry {@code function}; called by the task that wants it. */
    void request(int function, int argument) {
        callbacks.add(new Callback(function, argument));
        work(User.TASK);
    }

    /** Returns the line that raises {@code irq} in the kernel. */
    InterruptLine line(int irq) {
        return new Line(irq);
    }

    private void stopGuestCode() {
        var instance = instanceOrNull();
        if (instance != null) {
            host.stopInstance(instance);
        }
    }

    @Override
    IllegalStateException wrongThread(String anImport) {
        return new IllegalStateException("the kernel called " + anImport + " on main; only a worker may");
    }

    @Override
    public String toString() {
        return name();
    }

    @SuppressWarnings("ThreadPriorityCheck") // only a wait of some instructions, see below
    private void work(User self) {
        // The user may have looked for the last time just before something was queued: so look again after each turn.
        while ((self == User.TASK && !callbacks.isEmpty()) || !interrupts.isEmpty()) {
            var other = user.compareAndExchange(User.NOBODY, self);
            if (other == User.NOBODY) {
                turn(self);
            } else if (self == User.TASK && other == User.DEVICE) {
                // On a virtual thread this lets others run, should the device's thread be kept from its CPU.
                Thread.yield();
            } else {
                return;
            }
        }
    }

    private void turn(User self) {
        try {
            runInterrupts();
            if (self == User.TASK) {
                runCallbacks();
            }
        } catch (Trap trap) {
            kernelTrapped(trap);
            throw new MachineStopped();
        } finally {
            user.set(User.NOBODY);
        }
    }

    private void runInterrupts() {
        for (var line = interrupts.poll(); line != null; line = interrupts.poll()) {
            // Cleared first: whatever is raised from here on is a new interrupt.
            line.pending.set(false);
            triggerInterrupt.call(line.irq);
        }
    }

    private void runCallbacks() {
        for (var callback = callbacks.poll(); callback != null; callback = callbacks.poll()) {
            entry(callback.function).call(callback.argument);
            runInterrupts();
        }
    }

    private record Callback(int function, int argument) {}

    /** Raised any number of times before it is served, it is served once, like any level-triggered interrupt. */
    private final class Line implements InterruptLine {
        private final int irq;
        private final AtomicBoolean pending = new AtomicBoolean();

        Line(int irq) {
            this.irq = irq;
        }

        @Override
        public void raise() {
            if (host.machine().stopped() || !pending.compareAndSet(false, true)) {
                return;
            }
            interrupts.add(this);
            try {
                work(User.DEVICE);
            } catch (Unwind e) {
                // The machine ends; the device that raised this is closed next.
            }
        }
    }
}
