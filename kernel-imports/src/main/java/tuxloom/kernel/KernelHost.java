package tuxloom.kernel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tuxloom.engine.Instance;
import tuxloom.engine.Memory;
import tuxloom.engine.MemoryBudget;
import tuxloom.engine.Module;
import tuxloom.engine.StackPointer;
import tuxloom.engine.Trap;
import tuxloom.machine.Exit;
import tuxloom.machine.GuestMemory;
import tuxloom.machine.HostLog;
import tuxloom.machine.Machine;
import tuxloom.machine.MachineStopped;

/** What all threads of one kernel share with the host. Immutable once the machine runs. */
final class KernelHost {
    /** A quarter of a second of computing: a recursion takes longer to use up a stack. */
    private static final int INTERRUPTIONS_BEFORE_STACK_CHECKS = 25;

    private final LinuxMachineConfig config;
    private final Machine machine;
    private final Module module;
    private final KernelAbi abi;
    private final Memory memory;
    private final byte[] deviceTree;
    private final byte[] initialFiles;
    private final MemoryBudget programBudget;
    private final BootProgress progress = new BootProgress();
    private final GuestMemory guestMemory;
    private final HostClock clock = new HostClock();
    private final ProgramCache programs;
    private final MainThread main = new MainThread(this);
    /** By the argument they were spawned with, which is the kernel's name for a task. */
    private final Map<Integer, Worker> workers = new ConcurrentHashMap<>();
    /** How often a program was interrupted; of the watch's thread. */
    private int interruptions;
    /** Said once: a guest could go on for ever. */
    private volatile boolean toldOfFullHeap;
    /** Of the watch's thread, too. */
    private boolean stacksChecked;

    KernelHost(
            LinuxMachineConfig config,
            Machine machine,
            Module module,
            KernelAbi abi,
            Memory memory,
            byte[] deviceTree) {
        this.config = config;
        this.machine = machine;
        this.module = module;
        this.abi = abi;
        this.memory = memory;
        this.deviceTree = deviceTree;
        this.initialFiles = initialFiles(module.customSections(".linux.initramfs"));
        this.programBudget = new MemoryBudget(config.memoryBytes() / 2);
        this.guestMemory = new GuestMemory(memory);
        this.programs = new ProgramCache(GuestSizes.MAX_CACHED_PROGRAM_BYTES, machine.budget());
    }

    private static byte[] initialFiles(List<byte[]> sections) {
        return sections.isEmpty() ? InitialFiles.archive() : sections.getFirst();
    }

    /** Starts main; the rest of the machine follows from it. */
    void start() {
        var _ = machine.start("main", main::run);
    }

    /** Starts a worker, if the machine's budget has room for its stack; what it inherits is its own from then on. */
    boolean spawn(String name, int function, int argument, Inheritance inherited) {
        var worker = new Worker(this, name, function, argument, inherited);
        if (!worker.stackRoom().begin()) {
            if (!toldOfFullHeap) {
                toldOfFullHeap = true;
                log().info("the guest's tasks have used up their share of the host's heap; it gets no more for now");
            }
            return false;
        }
        // The kernel may give a task's name to the next one while the old worker still ends.
        workers.put(argument, worker);
        try {
            var _ = machine.start(name, worker::run);
            progress.taskSpawned();
            return true;
        } catch (MachineStopped e) {
            ended(worker);
            worker.stackRoom().close();
            inherited.drop();
            throw e;
        }
    }

    /** Takes notice that a task enters its program. */
    void programRuns(Worker worker) {
        if (!progress.inUserSpace()) {
            log().debug("the first program is entered, by " + worker);
        }
        progress.userCalled();
    }

    /** Forgets a worker that has ended. */
    void ended(Worker worker) {
        workers.remove(worker.argument(), worker);
    }

    /** Has the program of the worker that was spawned with {@code argument} take interrupts; called by the one watch. */
    void interruptProgram(int argument) {
        var worker = workers.get(argument);
        if (worker != null) {
            worker.user().requestAttention();
        }
        if (interruptions++ == INTERRUPTIONS_BEFORE_STACK_CHECKS) {
            checkStacks();
        }
    }

    /** Takes notice that all CPUs idle; called by the one watch. */
    void idles() {
        if (progress.inUserSpace()) {
            checkStacks();
        }
    }

    /**
     * Has the stacks of programs checked from soon on, which costs a processor some 100 ms. The start shall not pay for it: done
     * when the guest idles for the first time, or computes for long, since nothing else can use up a stack.
     */
    private void checkStacks() {
        if (!stacksChecked) {
            stacksChecked = true;
            log().debug("from now on stacks are looked at");
            var _ = Thread.ofPlatform().name("stack-pointer").daemon().start(StackPointer::prepare);
        }
    }

    /** Ends the machine because the kernel itself trapped. */
    void kernelTrapped(KernelThread thread, Trap trap) {
        if (!machine.stopped()) {
            log().info("the kernel trapped on " + thread + ": "
                    + Traps.describe(trap, thread.instance().module()));
        }
        machine.stop(Exit.PANIC);
    }

    /** Ends the machine because the kernel says that it panicked. Its own words are on the console; where it stood is said here. */
    void kernelPanicked(KernelThread thread) {
        if (!machine.stopped()) {
            log().info("the kernel panicked on " + thread + ":\n"
                    + thread.stackTrace().indent(4));
        }
        machine.stop(Exit.PANIC);
    }

    /** Makes code of {@code instance} that runs without waiting unwind; from any thread. */
    void stopInstance(Instance instance) {
        instance.interrupt(() -> {
            throw new MachineStopped();
        });
    }

    LinuxMachineConfig config() {
        return config;
    }

    HostLog log() {
        return config.log();
    }

    Machine machine() {
        return machine;
    }

    Module module() {
        return module;
    }

    KernelAbi abi() {
        return abi;
    }

    Memory memory() {
        return memory;
    }

    GuestMemory guestMemory() {
        return guestMemory;
    }

    byte[] deviceTree() {
        return deviceTree;
    }

    byte[] initialFiles() {
        return initialFiles;
    }

    MemoryBudget programBudget() {
        return programBudget;
    }

    BootProgress progress() {
        return progress;
    }

    HostClock clock() {
        return clock;
    }

    ProgramCache programs() {
        return programs;
    }

    MainThread main() {
        return main;
    }
}
