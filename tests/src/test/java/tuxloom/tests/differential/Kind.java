package tuxloom.tests.differential;

/** A number type, with its byte in the binary format and its basic instructions. */
enum Kind {
    I32(0, 0x7F, 0x41),
    I64(1, 0x7E, 0x42),
    F32(2, 0x7D, 0x43),
    F64(3, 0x7C, 0x44);

    /** Place in this list. */
    final int position;

    final int code;
    final int constant;

    Kind(int position, int code, int constant) {
        this.position = position;
        this.code = code;
        this.constant = constant;
    }

    boolean isFloat() {
        return this == F32 || this == F64;
    }
}
