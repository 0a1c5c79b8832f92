package tuxloom.kernel;

import tuxloom.engine.Trap;
import tuxloom.engine.WasmException;
import tuxloom.machine.GuestTask;
import tuxloom.machine.MachineStopped;
import tuxloom.machine.StackRoom;

/** A worker: one task of the kernel, with the program it runs, if it runs one. Everything in it happens on the task's own thread. */
final class Worker extends KernelThread {
    private final int function;
    private final int argument;
    private final UserTask user;
    private final StackRoom stackRoom;

    /**
     * @param function entry of the kernel's function table where it starts
     * @param inherited the program and memory it starts with; owned by this worker from now on
     */
    Worker(KernelHost host, String name, int function, int argument, Inheritance inherited) {
        super(host, name);
        this.function = function;
        this.argument = argument;
        this.user = new UserTask(this, inherited);
        this.stackRoom = host.machine().stackRoom();
    }

    /** What the kernel spawned it with. */
    int argument() {
        return argument;
    }

    /** What tells this worker's thread how much stack it has left. */
    StackRoom stackRoom() {
        return stackRoom;
    }

    /** The program side of this worker. */
    UserTask user() {
        return user;
    }

    void run(GuestTask task) {
        task.onStop(this::stopGuestCode);
        try {
            var _ = instantiate();
            entry(function).call(argument);
            host.log().debug(this + " has returned from its entry");
        } catch (Unwinds.WorkerHalted e) {
            // The normal end.
        } catch (Unwinds.KernelTrapped e) {
            kernelTrapped(e.trap());
        } catch (Trap trap) {
            kernelTrapped(trap);
        } catch (WasmException e) {
            throw new IllegalStateException("the kernel threw a WebAssembly exception that nobody caught", e);
        } finally {
            host.ended(this);
            user.end();
            stackRoom.close();
        }
    }

    private void stopGuestCode() {
        var kernel = instanceOrNull();
        if (kernel != null) {
            host.stopInstance(kernel);
        }
        user.stopGuestCode();
    }

    /** Ends this task if its machine has ended; for places where new guest code is about to run. */
    void checkRunning() {
        if (host.machine().stopped()) {
            throw new MachineStopped();
        }
    }

    @Override
    IllegalStateException wrongThread(String anImport) {
        return new IllegalStateException(
                "the kernel called " + anImport + " on worker \"" + name() + "\"; only main may");
    }

    @Override
    public String toString() {
        return "worker \"" + name() + "\"";
    }
}
