package tuxloom.engine;

/** The engine's own methods and fields that generated code refers to, control structures aside. */
final class Members {
    static final String CONTEXT_DESCRIPTOR = "Ltuxloom/engine/Context;";

    static final Member F32_REINTERPRET = Member.of("java/lang/Float", "intBitsToFloat", "(I)F");
    static final Member F64_REINTERPRET = Member.of("java/lang/Double", "longBitsToDouble", "(J)D");
    static final Member COMPARE_UNSIGNED_INT = Member.of("java/lang/Integer", "compareUnsigned", "(II)I");
    static final Member COMPARE_UNSIGNED_LONG = Member.of("java/lang/Long", "compareUnsigned", "(JJ)I");

    static final Member POLL = context("poll", "(Ltuxloom/engine/Context;)V");
    static final Member POLL_CALL = context("pollCall", "(Ltuxloom/engine/Context;)V");
    static final Member UNREACHABLE = context("unreachable", "()Ltuxloom/engine/Trap;");
    static final Member ADDRESS = context("effectiveAddress", "(II)J");
    static final Member FAR_ADDRESS = context("farAddress", "(II" + CONTEXT_DESCRIPTOR + ")I");
    static final Member MEMORY = field("tuxloom/engine/Context", "memory", "Ltuxloom/engine/Memory;");
    static final Member MEMORY_GROW = context("memoryGrow", "(ILtuxloom/engine/Context;)I");
    static final Member MEMORY_SIZE = context("memorySize", "(Ltuxloom/engine/Context;)I");
    static final Member MEMORY_INIT = context("memoryInit", "(IIIILtuxloom/engine/Context;)V");
    static final Member DATA_DROP = context("dataDrop", "(ILtuxloom/engine/Context;)V");
    static final Member MEMORY_COPY = bulk("copy", "(IIILtuxloom/engine/Memory;)V");
    static final Member MEMORY_FILL = bulk("fill", "(IIILtuxloom/engine/Memory;)V");
    static final Member TABLE_GET = table("get", "(ILtuxloom/engine/Table;)Ljava/lang/Object;");
    static final Member TABLE_SET = table("set", "(ILjava/lang/Object;Ltuxloom/engine/Table;)V");
    static final Member TABLE_SIZE = table("size", "(Ltuxloom/engine/Table;)I");
    static final Member TABLE_GROW = table("grow", "(Ljava/lang/Object;ILtuxloom/engine/Table;)I");
    static final Member TABLE_FILL = table("fill", "(ILjava/lang/Object;ILtuxloom/engine/Table;)V");
    static final Member TABLE_COPY = table("copy", "(IIILtuxloom/engine/Table;Ltuxloom/engine/Table;)V");
    static final Member TABLE_INIT = table("init", "(IIIILtuxloom/engine/Table;Ltuxloom/engine/Context;)V");
    static final Member ELEMENT_DROP = table("elementDrop", "(ILtuxloom/engine/Context;)V");
    static final Member FUNCTION_AT = table("functionAt", "(ILtuxloom/engine/Table;)Ltuxloom/engine/Function;");
    static final Member NUMBER_AT = table("numberAt", "(ILtuxloom/engine/Table;)I");
    static final Member BAD_CALL = table("wrongType", "()Ltuxloom/engine/Trap;");
    static final Member REFERENCE_FUNCTION =
            context("referenceFunction", "(ILtuxloom/engine/Context;)Ltuxloom/engine/Function;");
    static final Member IS_NULL = numbers("isNull", "(Ljava/lang/Object;)I");

    static final Member CALLER_CONTEXT = Member.of(
            "tuxloom/engine/Function",
            "contextFor",
            "(Ltuxloom/engine/Function;Ltuxloom/engine/Context;)Ltuxloom/engine/Context;");
    static final Member THROW =
            exceptions("make", "(Ljava/lang/Object;Ltuxloom/engine/Tag;)Ltuxloom/engine/WasmException;");
    static final Member CHECK_EXCEPTION =
            exceptions("notNull", "(Ltuxloom/engine/WasmException;)Ltuxloom/engine/WasmException;");
    static final Member EXCEPTION_TAG = field("tuxloom/engine/WasmException", "tag", "Ltuxloom/engine/Tag;");
    static final Member EXCEPTION_PAYLOAD = field("tuxloom/engine/WasmException", "payload", "Ljava/lang/Object;");

    private Members() {}

    private static Member context(String name, String descriptor) {
        return Member.of("tuxloom/engine/ContextOperations", name, descriptor);
    }

    private static Member bulk(String name, String descriptor) {
        return Member.of("tuxloom/engine/MemoryBulk", name, descriptor);
    }

    private static Member table(String name, String descriptor) {
        return Member.of("tuxloom/engine/TableOperations", name, descriptor);
    }

    static Member numbers(String name, String descriptor) {
        return Member.of("tuxloom/engine/Numbers", name, descriptor);
    }

    private static Member exceptions(String name, String descriptor) {
        return Member.of("tuxloom/engine/WasmException", name, descriptor);
    }

    private static Member field(String owner, String name, String descriptor) {
        return Member.of(owner, name, descriptor);
    }
}
