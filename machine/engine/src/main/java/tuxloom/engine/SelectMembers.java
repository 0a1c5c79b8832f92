package tuxloom.engine;

/** The helpers of {@code select}, by kind of value. */
final class SelectMembers {
    static final Member[] OF_TYPE = new Member[5];

    static {
        String[] types = {"I", "J", "F", "D", "Ljava/lang/Object;"};
        for (int i = 0; i < types.length; i++) {
            String letter = i == FunctionEmitter.REFERENCE ? "A" : types[i];
            OF_TYPE[i] = Members.numbers("select" + letter, "(" + types[i] + types[i] + "I)" + types[i]);
        }
    }

    private SelectMembers() {}
}
