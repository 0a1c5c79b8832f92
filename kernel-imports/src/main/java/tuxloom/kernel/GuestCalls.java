package tuxloom.kernel;

/** Shapes of guest functions that the host calls. */
final class GuestCalls {
    private GuestCalls() {}

    /** {@code () -> ()}. */
    @FunctionalInterface
    interface Procedure {
        void call();
    }

    /** {@code () -> i32}. */
    @FunctionalInterface
    interface IntSource {
        int call();
    }

    /** {@code i32 -> ()}: a task's or callback's entry. */
    @FunctionalInterface
    interface Entry {
        void call(int argument);
    }

    /** {@code i32 -> i32}. */
    @FunctionalInterface
    interface IntOperator {
        int call(int argument);
    }

    /** {@code (i32, i32) -> ()}. */
    @FunctionalInterface
    interface BiEntry {
        void call(int first, int second);
    }

    /** The kernel's {@code syscall}. */
    @FunctionalInterface
    interface Syscall {
        int call(int number, int a0, int a1, int a2, int a3, int a4, int a5);
    }
}
