package tuxloom.virtio;

/**
 * One buffer that the driver made available: checked ranges of guest memory, readable ones before writable ones.
 *
 * <p>Every range lies inside guest memory and is not empty; together they have at most 2^32 - 1 bytes. Owned by the
 * queue's worker, from {@link VirtQueue#pop} until it is pushed back.
 *
 * @param id the driver's name of the buffer, given back when it is used
 * @param descriptorCount entries of the ring it takes: 1 if it lies in an indirect table
 * @param readable what the device may read
 * @param writable what the device may write
 */
record DescriptorChain(int id, int descriptorCount, GuestBuffers readable, GuestBuffers writable) {
    /** Returns the length of all its ranges, at most 2^32 - 1 bytes. */
    long byteSize() {
        return readable.byteSize() + writable.byteSize();
    }
}
