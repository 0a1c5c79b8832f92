package tuxloom.engine;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a host offers to instances, by name. Immutable. */
public final class Imports {
    private record Key(String module, String name) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && module.equals(key.module) && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return 31 * module.hashCode() + name.hashCode();
        }
    }

    private final Map<Key, Extern> entries;

    private Imports(Map<Key, Extern> entries) {
        this.entries = entries;
    }

    /** Returns a builder without entries. */
    public static Builder builder() {
        return new Builder();
    }

    @Nullable
    Extern find(String module, String name) {
        return entries.get(new Key(module, name));
    }

    /** Collects imports; for one thread. */
    public static final class Builder {
        private final Map<Key, Extern> entries = new HashMap<>();

        private Builder() {}

        /** Offers something; replaces what had the same name. */
        public Builder add(String module, String name, Extern value) {
            entries.put(new Key(module, name), value);
            return this;
        }

        /** Returns what has been collected so far. */
        public Imports build() {
            return new Imports(Map.copyOf(entries));
        }
    }
}
