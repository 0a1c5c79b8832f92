package tuxloom.engine;

/** A type of a wasm value (core specification 2.3.1; {@code EXNREF} from the exception handling proposal). */
public enum ValueType {
    I32(0, 'i', "I", 0x7f),
    I64(1, 'j', "J", 0x7e),
    F32(2, 'f', "F", 0x7d),
    F64(3, 'd', "D", 0x7c),
    /** Its JVM carrier is two longs, the lower half first. */
    V128(4, 'v', "JJ", 0x7b),
    FUNCREF(5, 'r', "Ltuxloom/engine/Function;", 0x70),
    EXTERNREF(6, 'x', "Ljava/lang/Object;", 0x6f),
    EXNREF(7, 'e', "Ltuxloom/engine/WasmException;", 0x69);

    private static final ValueType[] BY_NUMBER = values();
    private static final ValueType[] BY_CODE = new ValueType[128];

    static {
        for (ValueType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int number;

    /** One letter, for names of generated classes. */
    final char letter;

    /** The JVM's descriptor of the type that carries such values. */
    final String descriptor;

    /** The byte that stands for the type in the binary format. */
    final int code;

    ValueType(int number, char letter, String descriptor, int code) {
        this.number = number;
        this.letter = letter;
        this.descriptor = descriptor;
        this.code = code;
    }

    /** Returns the type that the byte {@code code} stands for, or null. */
    static @org.jspecify.annotations.Nullable ValueType ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** Returns the type with a letter. */
    static ValueType ofLetter(char letter) {
        for (ValueType type : BY_NUMBER) {
            if (type.letter == letter) {
                return type;
            }
        }
        throw new IllegalArgumentException("no type has the letter " + letter);
    }

    /** Returns the number by which validation and tables know the type, from 0. */
    int number() {
        return number;
    }

    static ValueType numbered(int number) {
        return BY_NUMBER[number];
    }

    /** Returns how many local variable slots of the JVM a value takes: 1, 2 or 4. */
    int slots() {
        return Validator.slots(number);
    }

    /** Says whether values are references (to functions, host objects or exceptions). */
    public boolean isReference() {
        return number >= FUNCREF.number;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
