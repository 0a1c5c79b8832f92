package tuxloom.machine;

import tuxloom.engine.HostBudget;
import tuxloom.engine.StackPointer;

/**
 * Whether a task has used up its stack, so that it must not enter code that has to find room. A task runs on the stack of the virtual
 * CPU that carries it at the moment; while it waits, its frames are on the Java heap, of which its machine has a budget. Made by
 * {@link Machine#stackRoom}; used by one task, on its own thread.
 */
public final class StackRoom implements AutoCloseable {
    /** What each task takes of the budget from the beginning, and how much more at a time. */
    static final long STEP_BYTES = 16L << 10;

    private final VirtualCpus cpus;
    private final HostBudget.Lease heap;
    /** The part of the last CPU's stack that this task has paid for. */
    private long lowest;

    private long lengthBytes;

    StackRoom(VirtualCpus cpus, HostBudget budget) {
        this.cpus = cpus;
        heap = budget.heapFor(this);
    }

    /** Takes what a task that has just begun needs of the machine's budget; returns false where that is used up. */
    public boolean begin() {
        return heap.resize(STEP_BYTES);
    }

    /**
     * Says whether more than {@link VirtualCpus#PROGRAM_STACK_BYTES} are in use, or more than the machine's budget has for another
     * stack. Where nobody knows, as on a JVM whose virtual threads run elsewhere, they never are.
     */
    public boolean isUsedUp() {
        if (!StackPointer.isKnown()) {
            return false;
        }
        var pointer = StackPointer.read();
        return Long.compareUnsigned(pointer - lowest, lengthBytes) >= 0 && isUsedUpAt(pointer);
    }

    private boolean isUsedUpAt(long pointer) {
        var stack = cpus.stackOf(pointer);
        if (stack == null) {
            return false;
        }
        var usedBytes = stack.highest() - pointer;
        if (usedBytes > VirtualCpus.PROGRAM_STACK_BYTES || !hasHeap(usedBytes)) {
            return true;
        }
        lengthBytes = heap.bytes();
        lowest = stack.highest() - lengthBytes;
        return false;
    }

    /** Takes what the stack needs when it is put aside; gives back most of what it needed when it was far deeper. */
    private boolean hasHeap(long usedBytes) {
        var wanted = (usedBytes / STEP_BYTES + 1) * STEP_BYTES;
        var paid = heap.bytes();
        return wanted == paid || (wanted < paid && wanted > paid / 4) || heap.resize(wanted);
    }

    /** Gives back what the task has taken; its last act. */
    @Override
    public void close() {
        heap.close();
    }
}
