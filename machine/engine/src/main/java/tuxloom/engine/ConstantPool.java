package tuxloom.engine;

import java.util.HashMap;
import java.util.Map;

/** The constant pool of one class file (JVM specification 4.4). */
final class ConstantPool {
    private static final int MAXIMUM_ENTRIES = 65_535;
    private static final int UTF8 = 1;
    private static final int INTEGER = 3;
    private static final int FLOAT = 4;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;

    private final ByteSink out = new ByteSink(4096);
    private final Map<String, Integer> strings = new HashMap<>();
    private final LongMap small = new LongMap();
    private final LongMap longs = new LongMap();
    private final LongMap doubles = new LongMap();
    private final int[] members = new int[Member.MAXIMUM];
    private int count = 1;

    int count() {
        return count;
    }

    private int next(int entries) {
        int index = count;
        count += entries;
        if (count > MAXIMUM_ENTRIES) {
            throw new ClassTooLargeException("constant pool");
        }
        return index;
    }

    int utf8(String text) {
        Integer known = strings.get(text);
        if (known != null) {
            return known;
        }
        int index = next(1);
        out.u1(UTF8).utf8(text);
        strings.put(text, index);
        return index;
    }

    private int pair(int tag, int first, int second) {
        long key = (long) tag << 32 | (long) first << 16 | second;
        int index = small.get(key);
        if (index == 0) {
            index = next(1);
            out.u1(tag).u2(first);
            if (tag != CLASS && tag != STRING) {
                out.u2(second);
            }
            small.put(key, index);
        }
        return index;
    }

    int classRef(String name) {
        return pair(CLASS, utf8(name), 0);
    }

    int string(String text) {
        return pair(STRING, utf8(text), 0);
    }

    int method(String owner, String name, String descriptor) {
        return pair(METHOD, classRef(owner), pair(NAME_AND_TYPE, utf8(name), utf8(descriptor)));
    }

    int field(String owner, String name, String descriptor) {
        return pair(FIELD, classRef(owner), pair(NAME_AND_TYPE, utf8(name), utf8(descriptor)));
    }

    int member(Member member) {
        int index = members[member.id()];
        if (index == 0) {
            index = member.isField()
                    ? field(member.owner(), member.name(), member.descriptor())
                    : method(member.owner(), member.name(), member.descriptor());
            members[member.id()] = index;
        }
        return index;
    }

    /** Returns the entry remembered under {@code key} with {@link #remember}, or 0. */
    int recall(int kind, int key) {
        return small.get(((long) (0x100 + kind) << 32) | (key & 0xffffffffL));
    }

    void remember(int kind, int key, int index) {
        small.put(((long) (0x100 + kind) << 32) | (key & 0xffffffffL), index);
    }

    int integer(int value) {
        return fourBytes(INTEGER, value);
    }

    int floatBits(int bits) {
        return fourBytes(FLOAT, bits);
    }

    private int fourBytes(int tag, int value) {
        long key = ((long) tag << 32) | (value & 0xffffffffL);
        int index = small.get(key);
        if (index == 0) {
            index = next(1);
            out.u1(tag).u4(value);
            small.put(key, index);
        }
        return index;
    }

    int longValue(long value) {
        return eightBytes(longs, LONG, value);
    }

    int doubleBits(long bits) {
        return eightBytes(doubles, DOUBLE, bits);
    }

    private int eightBytes(LongMap map, int tag, long value) {
        int index = map.get(value);
        if (index == 0) {
            index = next(2);
            out.u1(tag).u8(value);
            map.put(value, index);
        }
        return index;
    }

    void writeTo(ByteSink file) {
        file.u2(count).append(out);
    }
}
