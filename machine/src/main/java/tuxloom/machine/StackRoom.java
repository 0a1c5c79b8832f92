package tuxloom.machine;

import tuxloom.engine.StackPointer;

/**
 * Whether a task has used up its stack, so that it must not enter code that has to find room. A task runs on the stack of the virtual
 * CPU that carries it at the moment. Made by {@link VirtualCpus#stackRoom}; used by one task, on its own thread.
 */
public final class StackRoom {
    private final VirtualCpus cpus;
    /** The part of the last CPU's stack that programs may use. */
    private long lowest;

    private long lengthBytes;

    StackRoom(VirtualCpus cpus) {
        this.cpus = cpus;
    }

    /**
     * Says whether more than {@link VirtualCpus#PROGRAM_STACK_BYTES} are in use. Where nobody knows, as on a JVM whose virtual
     * threads run elsewhere, they never are.
     */
    public boolean isUsedUp() {
        if (!StackPointer.isKnown()) {
            return false;
        }
        var pointer = StackPointer.read();
        return Long.compareUnsigned(pointer - lowest, lengthBytes) >= 0 && isUsedUpAt(pointer);
    }

    private boolean isUsedUpAt(long pointer) {
        for (var stack : cpus.stacks()) {
            if (stack.contains(pointer)) {
                lowest = stack.highest() - VirtualCpus.PROGRAM_STACK_BYTES;
                lengthBytes = VirtualCpus.PROGRAM_STACK_BYTES;
                return pointer < lowest;
            }
        }
        return false;
    }
}
