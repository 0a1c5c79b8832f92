package tuxloom.engine;

/** An exception tag: what tells exceptions apart (exception handling proposal). Immutable; compared by identity. */
public final class Tag implements Extern {
    private final TagType type;

    private Tag(TagType type) {
        this.type = type;
    }

    /** Makes a new tag, different from all others. */
    public static Tag of(FunctionType type) {
        return new Tag(new TagType(type));
    }

    @Override
    public TagType type() {
        return type;
    }
}
