package tuxloom.engine;

/** The methods of {@link Global} that generated code calls, by type of value. */
final class GlobalMembers {
    static final Member[] GETTERS = new Member[ValueType.values().length];
    static final Member[] SETTERS = new Member[ValueType.values().length];

    static {
        for (ValueType type : ValueType.values()) {
            String kind = switch (type) {
                case I32 -> "Int";
                case I64, V128 -> "Long";
                case F32 -> "Float";
                case F64 -> "Double";
                default -> "Reference";
            };
            // A vector's second half has methods of its own.
            String descriptor =
                    type.isReference() ? "Ljava/lang/Object;" : type == ValueType.V128 ? "J" : type.descriptor;
            GETTERS[type.number()] = Member.of("tuxloom/engine/Global", "get" + kind, "()" + descriptor);
            SETTERS[type.number()] = Member.of("tuxloom/engine/Global", "set" + kind, "(" + descriptor + ")V");
        }
    }

    private GlobalMembers() {}
}
