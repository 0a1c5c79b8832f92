package tuxloom.engine;

/** A module that is malformed, invalid, or uses what this engine does not offer. */
public final class InvalidModuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean malformed;
    private final int offset;

    InvalidModuleException(boolean malformed, String reason, int offset) {
        super(reason + " (at byte " + offset + " of the module)");
        this.malformed = malformed;
        this.offset = offset;
    }

    static InvalidModuleException malformed(String reason, int offset) {
        return new InvalidModuleException(true, reason, offset);
    }

    static InvalidModuleException invalid(String reason, int offset) {
        return new InvalidModuleException(false, reason, offset);
    }

    /** Says whether the bytes are no module at all, as opposed to a module that breaks the rules of validation. */
    public boolean isMalformed() {
        return malformed;
    }

    /** Returns the byte offset in the module at which the trouble was noticed. */
    public int offset() {
        return offset;
    }
}
