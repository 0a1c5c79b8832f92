package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a host offers to instances, by name. Immutable. */
public final class Imports {
    /** One thing that is offered, or many. */
    sealed interface Source {
        /** Returns what is offered under a name, or null. */
        @Nullable
        Extern find(String module, String name);
    }

    record Single(String module, String name, Extern value) implements Source {
        @Override
        public @Nullable Extern find(String wantedModule, String wantedName) {
            return module.equals(wantedModule) && name.equals(wantedName) ? value : null;
        }
    }

    record Bound(HostFunctions functions, Object receiver) implements Source {
        @Override
        public @Nullable Extern find(String module, String name) {
            HostFunctions.Entry entry = functions.entry(module, name);
            return entry == null ? null : functions.function(entry, receiver);
        }
    }

    private final Source[] sources;

    private Imports(Source[] sources) {
        this.sources = sources;
    }

    /** Returns a builder without entries. */
    public static Builder builder() {
        return new Builder();
    }

    int count() {
        return sources.length;
    }

    /** Returns what was added as the {@code index}-th. Of several that have a name, the last is meant. */
    Source source(int index) {
        return sources[index];
    }

    @Nullable
    Extern find(String module, String name) {
        for (int i = sources.length - 1; i >= 0; i--) {
            Extern found = sources[i].find(module, name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Collects imports; for one thread. */
    public static final class Builder {
        private final List<Source> sources = new ArrayList<>();

        private Builder() {}

        /** Offers something; replaces what had the same name. */
        public Builder add(String module, String name, Extern value) {
            sources.add(new Single(module, name, value));
            return this;
        }

        /** Offers all functions of a class, see {@link HostFunctions#bind}. */
        void add(HostFunctions functions, Object receiver) {
            sources.add(new Bound(functions, receiver));
        }

        /** Returns what has been collected so far. */
        public Imports build() {
            return new Imports(sources.toArray(new Source[0]));
        }
    }
}
