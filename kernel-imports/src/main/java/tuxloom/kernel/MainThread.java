package tuxloom.kernel;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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
 * queue off; so a request costs no switch of threads, and whoever finds main busy need not wait. Only a guest task runs callbacks,
 * since those may wait for devices: a device's worker runs interrupts, and leaves callbacks to main's own task.
 */
final class MainThread extends KernelThread {
    private final ConcurrentLinkedQueue<Callback> callbacks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Line> interrupts = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean(true);
    private GuestCalls.Entry triggerInterrupt = irq -> {
        throw new IllegalStateException("interrupt " + irq + " before the boot has begun");
    };

    MainThread(KernelHost host) {
        super(host, "main");
    }

    /** Boots, and then serves callbacks that nobody else takes on; returns when the machine ends. */
    void run(GuestTask task) {
        task.onStop(() -> {
            var instance = instanceOrNull();
            if (instance != null) {
                host.stopInstance(instance);
            }
            LockSupport.unpark(task.thread());
        });
        try {
            var kernel = instantiate();
            triggerInterrupt = host.abi().interruptEntry(kernel);
            kernel.function("boot").as(GuestCalls.Procedure.class).call();
        } catch (Trap trap) {
            kernelTrapped(trap);
        }
        busy.set(false);
        while (!host.machine().stopped()) {
            work(true);
            // Whoever leaves something behind, and the end of the machine, unparks this task.
            LockSupport.park(this);
        }
    }

    /** Asks for a call of table entry {@code function}; called by the task that wants it. */
    void request(int function, int argument) {
        callbacks.add(new Callback(function, argument));
        work(true);
    }

    /** Returns the line that raises {@code irq} in the kernel. */
    InterruptLine line(int irq) {
        return new Line(irq);
    }

    @Override
    IllegalStateException wrongThread(String anImport) {
        return new IllegalStateException("the kernel called " + anImport + " on main; only a worker may");
    }

    @Override
    public String toString() {
        return name();
    }

    private void work(boolean mayCallBack) {
        // The owner may have looked for the last time just before something was queued: so look again after each turn.
        while ((mayCallBack && !callbacks.isEmpty()) || !interrupts.isEmpty()) {
            if (!busy.compareAndSet(false, true)) {
                return;
            }
            try {
                runInterrupts();
                if (mayCallBack) {
                    runCallbacks();
                }
            } catch (Trap trap) {
                kernelTrapped(trap);
                throw new MachineStopped();
            } finally {
                busy.set(false);
            }
        }
        if (!mayCallBack && !callbacks.isEmpty()) {
            host.wakeMain();
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
                work(false);
            } catch (Unwind e) {
                // The machine ends; the device that raised this is closed next.
            }
        }
    }
}
