package tuxloom.kernel;

import tuxloom.engine.Imports;
import tuxloom.engine.Instance;
import tuxloom.engine.LinkException;

/**
 * A program's instance on one worker.
 *
 * @param program what runs
 * @param space the memory it runs in; held for this instance
 * @param instance the instance, only used on the worker's thread
 */
record RunningProgram(Program program, AddressSpace space, Instance instance) {
    /**
     * Instantiates {@code program} for {@code worker}, which also runs the module's start function.
     *
     * @throws LinkException if the memory does not fit the module
     * @throws tuxloom.engine.Trap if the start function traps
     */
    static RunningProgram instantiate(Worker worker, Program program, AddressSpace space) {
        worker.checkRunning();
        var linux = new LinuxImports(worker);
        var imports = Imports.builder().add("env", "memory", space.memory());
        LinuxImports.FUNCTIONS.bind(linux, imports);
        var instance = Instance.instantiate(program.module(), imports.build());
        instance.onAttention(linux::takeInterrupts);
        linux.enable();
        return new RunningProgram(program, space, instance);
    }

    /** Returns the program's ordinary entry. */
    GuestCalls.Procedure start() {
        return instance.function(Program.ENTRY).as(GuestCalls.Procedure.class);
    }
}
