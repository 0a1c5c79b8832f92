package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the things that a host offers a module imports. Hosts offer the same to each instance, but for receivers and values, so
 * names are compared once per module and not for each of a guest's tasks. Constant.
 */
final class ImportPlan {
    /** What a source is but for its receiver or value: its host functions, or a name. */
    private record Shape(@Nullable HostFunctions functions, String module, String name) {
        // No switch over the types: the JVM would make a class for each, on the way to the first task.
        static Shape of(Imports.Source source) {
            if (source instanceof Imports.Single single) {
                return new Shape(null, single.module(), single.name());
            }
            return new Shape(((Imports.Bound) source).functions(), "", "");
        }

        boolean fits(Imports.Source source) {
            if (source instanceof Imports.Single single) {
                return functions == null && name.equals(single.name()) && module.equals(single.module());
            }
            return ((Imports.Bound) source).functions() == functions;
        }
    }

    private final List<Import> wanted;
    private final Shape[] shapes;

    /** The number of the source of each import, or -1 if none has it. */
    private final int[] sources;

    /** What each import is of its source; null where that is a single thing, or a function of another type. */
    private final HostFunctions.@Nullable Entry[] entries;

    private ImportPlan(List<Import> wanted, Imports imports) {
        this.wanted = wanted;
        shapes = new Shape[imports.count()];
        sources = new int[wanted.size()];
        entries = new HostFunctions.@Nullable Entry[wanted.size()];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = Shape.of(imports.source(i));
        }
        for (int i = 0; i < sources.length; i++) {
            find(i);
        }
    }

    /** Returns where {@code module} finds its imports in what has the shape of {@code imports}. */
    static ImportPlan of(ModuleData module, Imports imports) {
        return new ImportPlan(module.imports, imports);
    }

    private void find(int index) {
        Import anImport = wanted.get(index);
        sources[index] = -1;
        for (int i = 0; i < shapes.length; i++) {
            Shape shape = shapes[i];
            if (shape.functions != null) {
                HostFunctions.Entry entry = shape.functions.entry(anImport.module(), anImport.name());
                if (entry != null) {
                    sources[index] = i;
                    entries[index] = entry.type.equals(anImport.type()) ? entry : null;
                }
            } else if (shape.name.equals(anImport.name()) && shape.module.equals(anImport.module())) {
                sources[index] = i;
                entries[index] = null;
            }
        }
    }

    boolean fits(Imports imports) {
        if (imports.count() != shapes.length) {
            return false;
        }
        for (int i = 0; i < shapes.length; i++) {
            if (!shapes[i].fits(imports.source(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the module's imports, in order, from {@code imports}, which this {@linkplain #fits plan fits}.
     *
     * @throws LinkException if some are missing or of other types; it names all of them
     */
    Extern[] take(Imports imports) {
        Extern[] given = new Extern[sources.length];
        for (int i = 0; i < given.length; i++) {
            Imports.Source source = sources[i] < 0 ? null : imports.source(sources[i]);
            HostFunctions.Entry entry = entries[i];
            if (entry != null && source instanceof Imports.Bound bound) {
                given[i] = bound.functions().function(entry, bound.receiver());
            } else if (source instanceof Imports.Single single
                    && matches(single.value().type(), wanted.get(i).type())) {
                given[i] = single.value();
            } else {
                throw new LinkException(problems(imports));
            }
        }
        return given;
    }

    private String problems(Imports imports) {
        List<String> problems = new ArrayList<>();
        for (Import anImport : wanted) {
            Extern found = imports.find(anImport.module(), anImport.name());
            if (found == null) {
                problems.add("unknown import " + anImport);
            } else if (!matches(found.type(), anImport.type())) {
                problems.add("incompatible import type: " + anImport + " is " + found.type());
            }
        }
        return String.join("; ", problems);
    }

    private static boolean matches(ExternType found, ExternType wanted) {
        if (wanted instanceof TableType type) {
            return found instanceof TableType own
                    && own.element() == type.element()
                    && own.limits().matches(type.limits());
        } else if (wanted instanceof MemoryType type) {
            return found instanceof MemoryType own
                    && own.shared() == type.shared()
                    && own.limits().matches(type.limits());
        }
        return wanted.equals(found);
    }
}
