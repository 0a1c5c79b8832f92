package tuxloom.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tuxloom.engine.HostBudget;
import tuxloom.engine.InvalidModuleException;
import tuxloom.engine.LinkException;
import tuxloom.engine.MemoryAllocationException;
import tuxloom.engine.Trap;
import tuxloom.engine.Unwind;

/**
 * Loads a program for one worker: takes its bytes in pieces, compiles it, and makes memory and instance ready, all before the kernel
 * gives up the old program. So whatever is wrong with it fails the exec, with the error number that says what, and a line in the log.
 */
final class ProgramLoader {
    private final Worker worker;
    private byte @Nullable [] incoming;
    /** What the incoming program takes of the host's heap. */
    private HostBudget.@Nullable Lease heap;

    private @Nullable RunningProgram prepared;

    ProgramLoader(Worker worker) {
        this.worker = worker;
    }

    /** {@code compile_begin}: a program of {@code length} bytes is to come. */
    int begin(int length) {
        abort();
        if (Integer.compareUnsigned(length, GuestSizes.MAX_PROGRAM_BYTES) > 0) {
            return refuse(
                    Errno.ENOMEM,
                    "it has " + Integer.toUnsignedString(length) + " bytes, more than " + GuestSizes.MAX_PROGRAM_BYTES);
        }
        var budget = worker.host.machine().budget();
        var heapBytes = length * GuestSizes.HEAP_PER_PROGRAM_BYTE;
        // Asked for before the array is made, then taken over by the array, which outlives this loader.
        try (var room = budget.heapFor(this)) {
            if (!room.resize(heapBytes)) {
                return refuse(
                        Errno.ENOMEM, "this machine's share of the host's heap has no room for " + length + " bytes");
            }
            incoming = new byte[length];
        } catch (OutOfMemoryError e) {
            return refuse(Errno.ENOMEM, "the host has no " + length + " bytes for it");
        }
        heap = budget.heapFor(incoming);
        return heap.resize(heapBytes) ? 0 : refuse(Errno.ENOMEM, "another program took the host's last room");
    }

    /** {@code compile_write}: {@code length} bytes at kernel address {@code source} belong at {@code offset}. */
    int write(int source, int offset, int length) {
        var into = incoming;
        if (into == null || offset < 0 || length < 0 || offset > into.length - length) {
            return Errno.EINVAL;
        }
        return GuestBytes.read(worker.memory(), source, into, offset, length) ? 0 : Errno.EFAULT;
    }

    /** {@code compile_end}: all bytes have come; makes the program ready, or says why not. */
    int end(long allowedPages) {
        var wasm = incoming;
        var lease = heap;
        incoming = null;
        heap = null;
        if (wasm == null || lease == null) {
            return Errno.EINVAL;
        }
        Program program;
        try {
            program = worker.host.programs().get(wasm, lease);
        } catch (InvalidModuleException e) {
            lease.close();
            return refuse(Errno.ENOEXEC, "it is no valid WebAssembly module: " + e.getMessage());
        } catch (Program.UnfitException e) {
            lease.close();
            return refuse(Errno.ENOEXEC, e.getMessage());
        }
        return prepare(program, allowedPages);
    }

    /** {@code compile} of generations A to D, where only the shape is checked before the program is instantiated. */
    int compile(int source, int length) {
        var error = begin(length);
        if (error == 0) {
            error = write(source, 0, length);
        }
        return error == 0 ? end(GuestSizes.EARLY_PROGRAM_PAGES) : Errno.ENOEXEC;
    }

    private int prepare(Program program, long allowedPages) {
        var minimumPages = program.memoryType().limits().minimum();
        if (minimumPages > program.maximumPages(allowedPages)) {
            return refuse(
                    Errno.ENOMEM, "it needs " + minimumPages + " pages of memory; the kernel allows " + allowedPages);
        }
        AddressSpace space;
        try {
            space = AddressSpace.create(
                    minimumPages,
                    program.maximumPages(allowedPages),
                    worker.host.programBudget(),
                    worker.host.machine().parkingLot());
        } catch (MemoryAllocationException e) {
            return refuse(Errno.ENOMEM, e.getMessage());
        }
        try {
            prepared = RunningProgram.instantiate(worker, program, space);
            return 0;
        } catch (LinkException | Trap e) {
            space.release();
            return refuse(Errno.ENOEXEC, "it cannot be instantiated: " + e.getMessage());
        } catch (Unwind e) {
            space.release();
            throw e;
        }
    }

    /** {@code compile_abort}: forgets what has come so far. */
    void abort() {
        incoming = null;
        var lease = heap;
        if (lease != null) {
            heap = null;
            lease.close();
        }
        takePrepared().ifPresent(program -> program.space().release());
    }

    /** Hands over the program that is ready, if there is one. */
    Optional<RunningProgram> takePrepared() {
        var ready = prepared;
        prepared = null;
        return Optional.ofNullable(ready);
    }

    private int refuse(int errno, @Nullable String why) {
        worker.host.log().info("a program started by " + worker + " is refused: " + why);
        return errno;
    }
}
