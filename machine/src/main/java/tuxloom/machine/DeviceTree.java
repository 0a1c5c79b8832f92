package tuxloom.machine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a flattened device tree, version 17 (Devicetree Specification 0.4, chapter 5). Not thread-safe; use one writer a tree.
 *
 * <p>Nodes are written in order: {@link #begin}, properties, child nodes, {@link #end}. The root is open from the start.
 */
public final class DeviceTree {
    /** The longest name of a node or property that kernels are known to take. */
    public static final int MAX_NAME_LENGTH = 31;

    private static final int MAGIC = 0xd00dfeed;
    private static final int VERSION = 17;
    private static final int LAST_COMPATIBLE_VERSION = 16;
    private static final int HEADER_BYTES = 40;
    private static final int RESERVATION_BYTES = 16;
    private static final int BEGIN_NODE = 1;
    private static final int END_NODE = 2;
    private static final int PROPERTY = 3;
    private static final int END = 9;

    private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> stringOffsets = new LinkedHashMap<>();
    private final List<long[]> reservations = new ArrayList<>();
    private final Deque<String> open = new ArrayDeque<>();

    /** Starts a tree whose root node is open. */
    public DeviceTree() {
        beginNode("");
    }

    /** Keeps the guest's allocator off {@code lengthBytes} bytes at {@code address} (the memory reservation block). */
    public DeviceTree reserve(long address, long lengthBytes) {
        reservations.add(new long[] {address, lengthBytes});
        return this;
    }

    /** Opens a child node of the current node. */
    public DeviceTree begin(String name) {
        checkName(name);
        beginNode(name);
        return this;
    }

    /** Closes the current node. */
    public DeviceTree end() {
        if (open.size() <= 1) {
            throw new IllegalStateException("end() without begin()");
        }
        endNode();
        return this;
    }

    /** Adds a property of big-endian 32-bit cells; none for an empty property. */
    public DeviceTree cells(String name, int... values) {
        var buffer = ByteBuffer.allocate(values.length * Integer.BYTES);
        for (var value : values) {
            buffer.putInt(value);
        }
        return bytes(name, buffer.array());
    }

    /** Adds a property of one big-endian 64-bit value. */
    public DeviceTree u64(String name, long value) {
        return bytes(name, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** Adds a property of zero-terminated text. */
    public DeviceTree text(String name, String value) {
        return bytes(name, (value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a property of raw bytes. */
    public DeviceTree bytes(String name, byte[] value) {
        checkName(name);
        writeInt(PROPERTY);
        writeInt(value.length);
        writeInt(stringOffsets.computeIfAbsent(name, this::addString));
        structure.writeBytes(value);
        align();
        return this;
    }

    /** Closes the root and returns the whole blob; the writer is used up. */
    public byte[] toBlob() {
        if (open.size() != 1) {
            throw new IllegalStateException("node \"" + open.peek() + "\" is still open");
        }
        endNode();
        writeInt(END);
        var structureOffset = HEADER_BYTES + (reservations.size() + 1) * RESERVATION_BYTES;
        var stringsOffset = structureOffset + structure.size();
        var totalBytes = stringsOffset + strings.size();
        var blob = ByteBuffer.allocate(totalBytes);
        blob.putInt(MAGIC).putInt(totalBytes).putInt(structureOffset).putInt(stringsOffset);
        blob.putInt(HEADER_BYTES).putInt(VERSION).putInt(LAST_COMPATIBLE_VERSION);
        blob.putInt(0).putInt(strings.size()).putInt(structure.size());
        for (var reservation : reservations) {
            blob.putLong(reservation[0]).putLong(reservation[1]);
        }
        blob.putLong(0).putLong(0);
        blob.put(structure.toByteArray()).put(strings.toByteArray());
        return blob.array();
    }

    private void beginNode(String name) {
        open.push(name);
        writeInt(BEGIN_NODE);
        structure.writeBytes((name + "\0").getBytes(StandardCharsets.US_ASCII));
        align();
    }

    private void endNode() {
        open.pop();
        writeInt(END_NODE);
    }

    private int addString(String name) {
        var offset = strings.size();
        strings.writeBytes((name + "\0").getBytes(StandardCharsets.US_ASCII));
        return offset;
    }

    private void writeInt(int value) {
        structure.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private void align() {
        while (structure.size() % Integer.BYTES != 0) {
            structure.write(0);
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("a device-tree name has 1 to " + MAX_NAME_LENGTH + " characters; \""
                    + name + "\" has " + name.length());
        }
    }
}
