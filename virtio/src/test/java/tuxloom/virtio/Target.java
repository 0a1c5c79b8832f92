package tuxloom.virtio;

/** A queue of a {@link HostileBench} to attack. */
enum Target {
    DISK(0, 0),
    CONSOLE(1, 1),
    CONSOLE_INPUT(1, 0),
    ENTROPY(2, 0),
    PORT_CONTROL(3, 3),
    PORT_CONTROL_INPUT(3, 2),
    PORT(3, 5),
    PORT_INPUT(3, 4);

    final int device;
    final int queue;

    Target(int device, int queue) {
        this.device = device;
        this.queue = queue;
    }

    /** Whether the queue is looked at only when the port's driver is ready and somebody is at the host's end. */
    boolean isFed() {
        return this == PORT_INPUT || this == PORT_CONTROL_INPUT;
    }
}
