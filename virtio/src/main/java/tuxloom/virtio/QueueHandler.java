package tuxloom.virtio;

/**
 * What a device does with the buffers of one of its queues. Called on that queue's worker only, {@link #close} aside.
 */
interface QueueHandler {
    /**
     * Hands over the way to wake the worker, for handlers whose work also comes from the host's side. Called once,
     * before anything else.
     *
     * @param wake may be called on any thread; the worker then looks at the queue again
     */
    default void bind(Runnable wake) {}

    /**
     * Whether {@link #serve} would have something to do with the buffer that is available now. A handler that answers
     * false wakes the worker when that has changed.
     */
    default boolean ready() {
        return true;
    }

    /**
     * Serves one request. The guest may wait for the device's reset meanwhile, so this must not wait for anything but
     * the disk.
     *
     * @return bytes written from the start of the chain's writable ranges
     * @throws DriverFaultException if the request is so wrong that it cannot be answered
     */
    long serve(DescriptorChain chain);

    /** Called between batches, when the worker touches no guest memory: the place for work that may block. */
    default void afterBatch() {}

    /** The driver starts over. Called by the thread that resets the device, while the worker does not serve. */
    default void reset() {}

    /** Releases what the handler holds. Called once, by the thread that closes the device, after the worker's end. */
    default void close() {}
}
