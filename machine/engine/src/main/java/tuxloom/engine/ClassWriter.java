package tuxloom.engine;

/** Writes one class file (JVM specification 4.1). */
final class ClassWriter {
    static final int PUBLIC = 1;
    static final int STATIC = 8;
    static final int FINAL = 0x10;
    static final int SUPER = 0x20;
    static final int ABSTRACT = 0x400;
    static final int SYNTHETIC = 0x1000;

    /** Java 25. */
    private static final int VERSION = 69;

    final ConstantPool pool = new ConstantPool();
    final String name;
    private final String parent;
    private final int access;
    private final String[] interfaces;
    private final ByteSink fields = new ByteSink(64);
    private final ByteSink methods = new ByteSink(8192);
    private int fieldCount;
    private int methodCount;

    ClassWriter(int access, String name, String parent, String... interfaces) {
        this.access = access;
        this.name = name;
        this.parent = parent;
        this.interfaces = interfaces;
    }

    void field(int fieldAccess, String fieldName, String descriptor) {
        fieldCount++;
        fields.u2(fieldAccess)
                .u2(pool.utf8(fieldName))
                .u2(pool.utf8(descriptor))
                .u2(0);
    }

    void abstractMethod(String methodName, String descriptor) {
        methodCount++;
        methods.u2(PUBLIC | ABSTRACT)
                .u2(pool.utf8(methodName))
                .u2(pool.utf8(descriptor))
                .u2(0);
    }

    void method(int methodAccess, String methodName, String descriptor, Bytecode code) {
        int nameIndex = pool.utf8(methodName);
        int descriptorIndex = pool.utf8(descriptor);
        int mark = methods.length;
        methods.u2(methodAccess).u2(nameIndex).u2(descriptorIndex).u2(1);
        try {
            code.writeTo(methods);
        } catch (ClassTooLargeException e) {
            methods.length = mark;
            throw e;
        }
        methodCount++;
    }

    byte[] toBytes() {
        int self = pool.classRef(name);
        int parentIndex = pool.classRef(parent);
        int[] interfaceIndexes = new int[interfaces.length];
        for (int i = 0; i < interfaces.length; i++) {
            interfaceIndexes[i] = pool.classRef(interfaces[i]);
        }
        int source = pool.utf8("SourceFile");
        int sourceName = pool.utf8("wasm");
        ByteSink file = new ByteSink(methods.length + 8192);
        file.u4(0xcafebabe).u2(0).u2(VERSION);
        pool.writeTo(file);
        file.u2(access | SUPER).u2(self).u2(parentIndex).u2(interfaces.length);
        for (int index : interfaceIndexes) {
            file.u2(index);
        }
        file.u2(fieldCount).append(fields).u2(methodCount).append(methods);
        file.u2(1).u2(source).u4(2).u2(sourceName);
        return file.toArray();
    }
}
