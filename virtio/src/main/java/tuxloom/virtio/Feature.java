package tuxloom.virtio;

/** Feature bits that this host offers, whatever the device (virtio 1.2, section 6). */
final class Feature {
    static final long INDIRECT_DESC = 1L << 28;
    static final long VERSION_1 = 1L << 32;
    static final long RING_PACKED = 1L << 34;

    /** What the transport takes for granted: every device offers them (host ABI, section 7). */
    static final long TRANSPORT = VERSION_1 | RING_PACKED | INDIRECT_DESC;

    private Feature() {}
}
