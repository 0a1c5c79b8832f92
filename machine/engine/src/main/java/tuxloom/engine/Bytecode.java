package tuxloom.engine;

/** Assembles the code of one JVM method: instructions, jumps, stack map, line numbers and exception table. */
final class Bytecode {
    private static final int MAXIMUM_BYTES = 65_535;

    final ConstantPool pool;
    final ByteSink code = new ByteSink(512);
    final StackMap stackMap = new StackMap();
    private final ByteSink lines = new ByteSink(64);
    private final ByteSink handlers = new ByteSink(8);
    private int lineCount;
    private int lastLine = -1;
    private int lastLineAt;
    private int handlerCount;
    private final boolean wideJumps;
    private int maxStack;
    private int maxLocals;

    Bytecode(ConstantPool pool, boolean wideJumps) {
        this.pool = pool;
        this.wideJumps = wideJumps;
    }

    int position() {
        return code.length;
    }

    void limits(int stack, int locals) {
        maxStack = stack;
        maxLocals = locals;
    }

    Bytecode op(int opcode) {
        code.u1(opcode);
        return this;
    }

    /** Emits the two bytes of an operand. */
    Bytecode u2(int operand) {
        code.u2(operand);
        return this;
    }

    /** Emits up to four opcodes without operands, packed into an int, lowest byte first. */
    void packed(int opcodes) {
        for (int rest = opcodes; rest != 0; rest >>>= 8) {
            code.u1(rest & 0xff);
        }
    }

    void pushInt(int value) {
        if (value >= -1 && value <= 5) {
            code.u1(Jvm.ICONST_0 + value);
        } else if (value == (byte) value) {
            code.u1(Jvm.BIPUSH).u1(value);
        } else if (value == (short) value) {
            code.u1(Jvm.SIPUSH).u2(value);
        } else {
            loadConstant(pool.integer(value));
        }
    }

    void pushLong(long value) {
        if (value == 0 || value == 1) {
            code.u1(Jvm.LCONST_0 + (int) value);
        } else if (value == (short) value) {
            pushInt((int) value);
            code.u1(Jvm.I2L);
        } else {
            code.u1(Jvm.LDC2_W).u2(pool.longValue(value));
        }
    }

    void pushFloat(int bits) {
        if (bits == 0) {
            code.u1(Jvm.FCONST_0);
        } else if (Float.isNaN(Float.intBitsToFloat(bits))) {
            // The payload must survive whatever the JVM does to constants.
            pushInt(bits);
            invokeStatic(Members.F32_REINTERPRET);
        } else {
            loadConstant(pool.floatBits(bits));
        }
    }

    void pushDouble(long bits) {
        if (bits == 0) {
            code.u1(Jvm.DCONST_0);
        } else if (Double.isNaN(Double.longBitsToDouble(bits))) {
            pushLong(bits);
            invokeStatic(Members.F64_REINTERPRET);
        } else {
            code.u1(Jvm.LDC2_W).u2(pool.doubleBits(bits));
        }
    }

    private void loadConstant(int index) {
        if (index < 256) {
            code.u1(Jvm.LDC).u1(index);
        } else {
            code.u1(Jvm.LDC_W).u2(index);
        }
    }

    void pushString(String text) {
        loadConstant(pool.string(text));
    }

    /** Loads a local; {@code kind} is 0 int, 1 long, 2 float, 3 double, 4 reference. */
    void load(int kind, int slot) {
        local(Jvm.ILOAD + kind, Jvm.ILOAD_0 + kind * 4, slot);
    }

    void store(int kind, int slot) {
        local(Jvm.ISTORE + kind, Jvm.ISTORE_0 + kind * 4, slot);
    }

    /** Loads a local of a wasm type. */
    void loadValue(int type, int slot) {
        load(FunctionEmitter.kind(type), slot);
        if (type == Validator.V128) {
            load(1, slot + 2);
        }
    }

    void storeValue(int type, int slot) {
        if (type == Validator.V128) {
            store(1, slot + 2);
        }
        store(FunctionEmitter.kind(type), slot);
    }

    private void local(int opcode, int shortOpcode, int slot) {
        if (slot < 4) {
            code.u1(shortOpcode + slot);
        } else if (slot < 256) {
            code.u1(opcode).u1(slot);
        } else if (slot < 65_000) {
            code.u1(Jvm.WIDE).u1(opcode).u2(slot);
        } else {
            throw new ClassTooLargeException("locals");
        }
    }

    void invokeStatic(Member member) {
        code.u1(Jvm.INVOKESTATIC).u2(pool.member(member));
    }

    void invokeStatic(int methodIndex) {
        code.u1(Jvm.INVOKESTATIC).u2(methodIndex);
    }

    void invokeVirtual(int methodIndex) {
        code.u1(Jvm.INVOKEVIRTUAL).u2(methodIndex);
    }

    void invokeSpecial(int methodIndex) {
        code.u1(Jvm.INVOKESPECIAL).u2(methodIndex);
    }

    void getField(Member member) {
        code.u1(Jvm.GETFIELD).u2(pool.member(member));
    }

    void getField(int fieldIndex) {
        code.u1(Jvm.GETFIELD).u2(fieldIndex);
    }

    void putField(int fieldIndex) {
        code.u1(Jvm.PUTFIELD).u2(fieldIndex);
    }

    void checkCast(String className) {
        code.u1(Jvm.CHECKCAST).u2(pool.classRef(className));
    }

    void jump(Label label) {
        int at = code.length;
        if (!wideJumps) {
            code.u1(Jvm.GOTO);
            shortReference(label, at);
        } else {
            code.u1(Jvm.GOTO_W);
            wideReference(label, at);
        }
    }

    /** Says whether a conditional jump needs a stack map frame behind it. */
    boolean hasWideJumps() {
        return wideJumps;
    }

    /** Emits a conditional jump. With wide jumps, the caller must write a frame for the next instruction. */
    void jumpIf(int opcode, Label label) {
        int at = code.length;
        if (!wideJumps) {
            code.u1(opcode);
            shortReference(label, at);
        } else {
            code.u1(Jvm.opposite(opcode)).u2(8);
            jump(label);
        }
    }

    private void shortReference(Label label, int at) {
        if (label.position >= 0) {
            int distance = label.position - at;
            if (distance != (short) distance) {
                throw new ClassTooLargeException("jump");
            }
            code.u2(distance);
        } else {
            label.addReference(code.length, at, false);
            code.u2(0);
        }
    }

    private void wideReference(Label label, int at) {
        if (label.position >= 0) {
            code.u4(label.position - at);
        } else {
            label.addReference(code.length, at, true);
            code.u4(0);
        }
    }

    /** Emits a tableswitch from 0; the last label is the default. */
    void tableSwitch(Label[] labels) {
        tableSwitch(0, labels);
    }

    /** Emits a tableswitch from {@code first}; the last label is the default. */
    void tableSwitch(int first, Label[] labels) {
        int at = code.length;
        code.u1(Jvm.TABLESWITCH);
        while ((code.length & 3) != 0) {
            code.u1(0);
        }
        wideReference(labels[labels.length - 1], at);
        if (labels.length == 1) {
            // The JVM wants at least one case.
            code.u4(first).u4(first);
            wideReference(labels[0], at);
            return;
        }
        code.u4(first).u4(first + labels.length - 2);
        for (int i = 0; i < labels.length - 1; i++) {
            wideReference(labels[i], at);
        }
    }

    /** Emits a lookupswitch; the keys ascend, and the first label is also the default. */
    void lookupSwitch(int[] keys, Label[] labels) {
        int at = code.length;
        code.u1(Jvm.LOOKUPSWITCH);
        while ((code.length & 3) != 0) {
            code.u1(0);
        }
        wideReference(labels[0], at);
        code.u4(keys.length);
        for (int i = 0; i < keys.length; i++) {
            code.u4(keys[i]);
            wideReference(labels[i], at);
        }
    }

    /** Says that the instructions from here on come from {@code offset} bytes into the function. */
    void line(int offset) {
        int line = Math.min(offset, 65_535);
        if (line != lastLine && lineCount < 65_535) {
            lines.u2(code.length).u2(line);
            lineCount++;
            lastLine = line;
            lastLineAt = code.length;
        }
    }

    /** Catches exceptions of a class between two places; ranges that come first win. */
    void handler(int start, int end, Label handler, int classIndex) {
        if (start < end) {
            if (handlerCount == MAXIMUM_BYTES) {
                throw new ClassTooLargeException("exception table");
            }
            handlers.u2(start).u2(end);
            handler.addReference(handlers.length, 0, false);
            handlers.u2(0).u2(classIndex);
            handlerCount++;
        }
    }

    /** Binds a label that only the exception table refers to. */
    void bindHandler(Label label) {
        if (position() > 65_000) {
            throw new ClassTooLargeException("code");
        }
        label.position = position();
        label.bindUnsigned(label.position, handlers);
    }

    /** Writes the Code attribute. */
    void writeTo(ByteSink out) {
        if (code.length > MAXIMUM_BYTES || maxStack > 65_000 || maxLocals > 65_000) {
            throw new ClassTooLargeException("method");
        }
        if (lineCount > 0 && lastLineAt == code.length) {
            // Nothing followed.
            lines.length -= 4;
            lineCount--;
        }
        int codeName = pool.utf8("Code");
        int linesName = lineCount > 0 ? pool.utf8("LineNumberTable") : 0;
        int mapName = stackMap.isEmpty() ? 0 : pool.utf8("StackMapTable");
        out.u2(codeName);
        int lengthAt = out.length;
        out.u4(0).u2(maxStack).u2(maxLocals).u4(code.length).append(code);
        out.u2(handlerCount).append(handlers);
        out.u2((lineCount > 0 ? 1 : 0) + (stackMap.isEmpty() ? 0 : 1));
        if (lineCount > 0) {
            out.u2(linesName).u4(lines.length + 2).u2(lineCount).append(lines);
        }
        if (!stackMap.isEmpty()) {
            out.u2(mapName);
            stackMap.writeTo(out);
        }
        out.setU4(lengthAt, out.length - lengthAt - 4);
    }
}
