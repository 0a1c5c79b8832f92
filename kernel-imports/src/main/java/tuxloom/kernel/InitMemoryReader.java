package tuxloom.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads from a linker's {@code __wasm_init_memory} where it copies which data segment: the constants in front of each {@code
 * memory.init}. The function is straight-line code between a few blocks; an instruction that linkers do not write there ends the
 * reading with an error.
 */
final class InitMemoryReader {
    private final byte[] code;
    private int at;
    /** The constants since the last instruction that was none. */
    private final Deque<Long> constants = new ArrayDeque<>();

    private final Map<Integer, LinuxDeviceTree.Range> ranges = new LinkedHashMap<>();

    private InitMemoryReader(byte[] code) {
        this.code = code;
    }

    /** The function has an instruction that is not expected there. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableException(String message) {
            super(message);
        }
    }

    /** Returns address and length of each data segment, by its index, that {@code body} (local declarations included) copies. */
    static Map<Integer, LinuxDeviceTree.Range> read(byte[] body) throws UnreadableException {
        var reader = new InitMemoryReader(body);
        reader.skipLocals();
        while (reader.at < body.length) {
            reader.instruction();
        }
        return reader.ranges;
    }

    private void skipLocals() throws UnreadableException {
        var groups = unsigned();
        for (long i = 0; i < groups; i++) {
            skip(1);
            at++;
        }
    }

    private void instruction() throws UnreadableException {
        int opcode = next();
        switch (opcode) {
            case 0x41 -> {
                constants.addLast(signed() & 0xffff_ffffL);
                return;
            }
            case 0xfc -> bulk();
            case 0xfe -> atomic();
            case 0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b -> {}
            case 0x02, 0x03, 0x04, 0x42 -> {
                var _ = signed();
            }
            case 0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x3f, 0x40 -> skip(1);
            case 0x0e -> skip((int) unsigned() + 1);
            default -> {
                if (opcode >= 0x28 && opcode <= 0x3e) {
                    skip(2);
                } else if (opcode < 0x45 || opcode > 0xc4) {
                    throw new UnreadableException("opcode 0x%x at byte %d".formatted(opcode, at - 1));
                }
            }
        }
        constants.clear();
    }

    private void bulk() throws UnreadableException {
        switch ((int) unsigned()) {
            case 8 -> {
                var segment = (int) unsigned();
                skip(1);
                if (constants.size() >= 3) {
                    long length = constants.removeLast();
                    constants.removeLast();
                    ranges.put(segment, new LinuxDeviceTree.Range(constants.removeLast(), length));
                }
            }
            case 9, 11 -> skip(1);
            case 10 -> skip(2);
            default -> throw new UnreadableException("a bulk instruction at byte " + at);
        }
    }

    private void atomic() throws UnreadableException {
        var fence = 3;
        skip(unsigned() == fence ? 1 : 2);
    }

    private void skip(int numbers) throws UnreadableException {
        for (int i = 0; i < numbers; i++) {
            var _ = unsigned();
        }
    }

    private int next() throws UnreadableException {
        if (at >= code.length) {
            throw new UnreadableException("the end of the function in an instruction");
        }
        return code[at++] & 0xff;
    }

    private long unsigned() throws UnreadableException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int part = next();
            value |= (part & 0x7fL) << shift;
            if (part < 0x80) {
                return value;
            }
        }
        throw new UnreadableException("a number of too many bytes at byte " + at);
    }

    private long signed() throws UnreadableException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int part = next();
            value |= (part & 0x7fL) << shift;
            if (part < 0x80) {
                return part < 0x40 || shift + 7 >= Long.SIZE ? value : value | -1L << (shift + 7);
            }
        }
        throw new UnreadableException("a number of too many bytes at byte " + at);
    }
}
