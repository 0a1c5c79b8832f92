package tuxloom.kernel;

import org.jspecify.annotations.Nullable;
import tuxloom.engine.Memory;

/** Atomic operations of the kernel on a futex word of a program (docs/host-abi.md, section 3, futex_atomic_*). */
final class UserFutex {
    private static final int SET = 0;
    private static final int ADD = 1;
    private static final int OR = 2;
    private static final int AND_NOT = 3;
    private static final int XOR = 4;

    private UserFutex() {}

    static int operate(Memory kernel, int oldValue, @Nullable Memory user, int address, int operation, int argument) {
        if (operation < SET || operation > XOR) {
            return Errno.ENOSYS;
        }
        if (user == null || !isWord(user, address) || !isWord(kernel, oldValue)) {
            return Errno.EFAULT;
        }
        var wordAddress = Integer.toUnsignedLong(address);
        int seen;
        // Lock-free: another try means that somebody else's operation succeeded.
        do {
            seen = user.getIntAcquire(wordAddress);
        } while (!user.compareAndSetInt(wordAddress, seen, apply(operation, seen, argument)));
        kernel.putInt(Integer.toUnsignedLong(oldValue), seen);
        return 0;
    }

    static int compareExchange(
            Memory kernel, int oldValue, @Nullable Memory user, int address, int expected, int replacement) {
        if (user == null || !isWord(user, address) || !isWord(kernel, oldValue)) {
            return Errno.EFAULT;
        }
        var wordAddress = Integer.toUnsignedLong(address);
        int seen;
        do {
            seen = user.getIntAcquire(wordAddress);
        } while (seen == expected && !user.compareAndSetInt(wordAddress, expected, replacement));
        kernel.putInt(Integer.toUnsignedLong(oldValue), seen);
        return 0;
    }

    private static int apply(int operation, int value, int argument) {
        return switch (operation) {
            case SET -> argument;
            case ADD -> value + argument;
            case OR -> value | argument;
            case AND_NOT -> value & ~argument;
            case XOR -> value ^ argument;
            default -> throw new IllegalStateException("futex operation " + operation + " was not checked");
        };
    }

    private static boolean isWord(Memory memory, int address) {
        return address % Integer.BYTES == 0 && GuestBytes.contains(memory, address, Integer.BYTES);
    }
}
