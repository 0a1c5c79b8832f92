package tuxloom.kernel;

import java.util.List;
import tuxloom.engine.Export;
import tuxloom.engine.FunctionType;
import tuxloom.engine.MemoryType;
import tuxloom.engine.Module;

/**
 * A user module whose shape was checked (docs/host-abi.md, section 6). Immutable, shared by all tasks that run it.
 *
 * @param module the compiled module
 * @param memoryType what it declares of its memory
 */
record Program(Module module, MemoryType memoryType) {
    static final String ENTRY = "_start";

    private static final FunctionType PROCEDURE = new FunctionType(List.of(), List.of());

    /** A module that is no program; the message says why. */
    static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1;

        UnfitException(String message) {
            super(message);
        }
    }

    /** Checks that {@code module} is a program for this host. */
    static Program of(Module module) throws UnfitException {
        MemoryType memory = null;
        for (var anImport : module.imports()) {
            if (anImport.type() instanceof MemoryType type
                    && anImport.module().equals("env")
                    && anImport.name().equals("memory")) {
                memory = type;
            } else if (!(anImport.type() instanceof FunctionType type)
                    || !LinuxImports.offers(anImport.module(), anImport.name(), type)) {
                throw new UnfitException("it imports " + anImport + ", which programs cannot have");
            }
        }
        if (memory == null || !memory.shared() || memory.limits().maximum().isEmpty()) {
            throw new UnfitException("it does not import a shared env.memory with a maximum");
        }
        if (!module.exports().stream().anyMatch(Program::isEntry)) {
            throw new UnfitException("it does not export a function _start without parameters and results");
        }
        return new Program(module, memory);
    }

    private static boolean isEntry(Export export) {
        return export.name().equals(ENTRY) && export.type().equals(PROCEDURE);
    }

    /** The most pages its memory may have if the kernel allows {@code allowedPages}. */
    long maximumPages(long allowedPages) {
        return Math.min(memoryType.maximumPages(), allowedPages);
    }
}
