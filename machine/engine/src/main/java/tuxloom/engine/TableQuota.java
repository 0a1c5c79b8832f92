package tuxloom.engine;

/** How many elements the tables of one instance may have together. Belongs to the instance's thread. */
final class TableQuota {
    /** Initially and after growth. */
    static final int MAXIMUM_ELEMENTS = TableType.MAXIMUM_ELEMENTS;

    private long used;

    /** Takes elements from the quota, unless it has not as many left. */
    boolean take(long elements) {
        if (elements > MAXIMUM_ELEMENTS - used) {
            return false;
        }
        used += elements;
        return true;
    }
}
