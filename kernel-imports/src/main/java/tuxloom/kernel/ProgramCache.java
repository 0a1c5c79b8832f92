package tuxloom.kernel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tuxloom.engine.HostBudget;
import tuxloom.engine.InvalidModuleException;
import tuxloom.engine.Module;

/**
 * The programs of one machine, compiled once however often they are run. Holds a bounded number of bytes and lets go of what was not
 * run for longest. Any thread may use it; compiling happens outside its lock, so that a long compile holds up nobody.
 */
final class ProgramCache {
    private final long limitBytes;
    private final HostBudget budget;
    private final Map<Key, Program> programs = new LinkedHashMap<>(16, 0.75f, true);
    private long usedBytes;

    ProgramCache(long limitBytes, HostBudget budget) {
        this.limitBytes = limitBytes;
        this.budget = budget;
    }

    /**
     * Returns the program with exactly these bytes.
     *
     * @param wasm the cache's own from now on, and nobody may change it
     * @param heap what the caller has taken for them; given back when they are not needed
     * @throws InvalidModuleException if they are no valid module
     * @throws Program.UnfitException if it is a module, but no program
     */
    Program get(byte[] wasm, HostBudget.Lease heap) throws Program.UnfitException {
        var key = new Key(wasm);
        synchronized (this) {
            var known = programs.get(key);
            if (known != null) {
                heap.close();
                return known;
            }
        }
        var program = Program.of(Module.adoptInterruptible(wasm, budget));
        synchronized (this) {
            if (programs.putIfAbsent(key, program) == null) {
                usedBytes += wasm.length;
                evict();
            }
        }
        return program;
    }

    private void evict() {
        var oldest = programs.entrySet().iterator();
        while (usedBytes > limitBytes && oldest.hasNext()) {
            usedBytes -= oldest.next().getKey().wasm.length;
            oldest.remove();
        }
    }

    /** Equal when the bytes are: comparing a megabyte takes less than hashing it. */
    private static final class Key {
        private static final int SAMPLES = 256;

        private final byte[] wasm;
        private final int hash;

        Key(byte[] wasm) {
            this.wasm = wasm;
            this.hash = sample(wasm);
        }

        private static int sample(byte[] wasm) {
            int hash = wasm.length;
            int step = Math.max(1, wasm.length / SAMPLES);
            for (int i = 0; i < wasm.length; i += step) {
                hash = 31 * hash + wasm[i];
            }
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(wasm, key.wasm);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
