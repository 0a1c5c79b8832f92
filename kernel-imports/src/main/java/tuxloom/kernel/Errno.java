package tuxloom.kernel;

/** The error numbers of Linux that the host returns to the kernel, negated as the ABI wants them. */
final class Errno {
    static final int ENOEXEC = -8;
    static final int ENOMEM = -12;
    static final int EFAULT = -14;
    static final int EINVAL = -22;
    static final int ENOSYS = -38;

    private Errno() {}
}
