package tuxloom.engine;

/**
 * The locals, and the operands at branches, of one call of a function that is divided into several methods. Public only
 * because generated classes live elsewhere.
 */
public final class LargeFrame {
    public final int[] ints;
    public final long[] longs;
    public final float[] floats;
    public final double[] doubles;
    public final Object[] references;

    /** The exception that each open try has caught, by depth; the first one is on its way to the caller. */
    public final WasmException[] exceptions;

    private LargeFrame(int ints, int longs, int floats, int doubles, int references, int exceptions) {
        this.ints = new int[ints];
        this.longs = new long[longs];
        this.floats = new float[floats];
        this.doubles = new double[doubles];
        this.references = new Object[references];
        this.exceptions = new WasmException[exceptions];
    }

    /** Makes a frame of zeroes with that many places for each kind of value. */
    public static LargeFrame of(int ints, int longs, int floats, int doubles, int references, int exceptions) {
        return new LargeFrame(ints, longs, floats, doubles, references, exceptions);
    }
}
