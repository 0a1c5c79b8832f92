package tuxloom.engine;

import org.jspecify.annotations.Nullable;
import tuxloom.engine.ModuleData.ElementSegment;

/** The steps by which a module becomes an instance (core specification 4.5.4). */
final class Instantiation {
    private final ModuleData data;
    private final ModuleClasses classes;
    private final Context context;
    private final Instance instance;
    private @Nullable Memory memory;

    /** Values of the globals and functions of an instance. */
    record InstanceScope(Instance instance) implements ConstantExpression.Scope {
        @Override
        public @Nullable Object global(int index) {
            Object value = instance.module().classes().global(instance.context(), index);
            return value instanceof Global cell && instance.moduleData().isCell(index) ? cell.get() : value;
        }

        @Override
        public Function function(int index) {
            return instance.functionAt(index);
        }
    }

    private Instantiation(Module module) {
        data = module.data();
        classes = module.classes();
        context = classes.newContext();
        instance = new Instance(module, context);
    }

    static Instance run(Module module, Imports imports) {
        Extern[] given = module.importPlan(imports).take(imports);
        Instantiation steps = new Instantiation(module);
        steps.importAll(given);
        steps.allocate();
        steps.initialiseTables();
        steps.initialiseMemory();
        if (steps.data.start >= 0) {
            steps.instance.functionAt(steps.data.start).invoke();
        }
        return steps.instance;
    }

    private void importAll(Extern[] given) {
        int functions = 0;
        int tables = 0;
        int globals = 0;
        int tags = 0;
        for (Extern extern : given) {
            if (extern instanceof Function function) {
                classes.setFunction(context, functions++, function);
            } else if (extern instanceof Table table) {
                table.privatise();
                classes.setTable(context, tables++, table);
            } else if (extern instanceof Memory imported) {
                memory = imported;
            } else if (extern instanceof Global global) {
                boolean cell = data.isCell(globals);
                classes.setGlobal(context, globals++, cell ? global : global.get());
            } else if (extern instanceof Tag tag) {
                classes.setTag(context, tags++, tag);
            }
        }
    }

    private void allocate() {
        if (data.memory != null && !data.memoryImported) {
            try {
                memory = Memory.allocate(data.memory);
            } catch (MemoryAllocationException e) {
                throw new LinkException("no memory for " + data.memory + ": " + e.getMessage(), e);
            }
        }
        context.useMemory(memory);
        // A single table has a limit of its own.
        TableQuota quota = data.tables.size() - data.importedTables > 1 ? new TableQuota() : null;
        for (int i = data.importedTables; i < data.tables.size(); i++) {
            TableType type = data.tables.get(i);
            TableTemplate template = classes.template(i);
            Table table = template != null ? Table.viewOf(template, type, instance) : newTable(type, data.budget);
            if (quota != null) {
                table.takeFrom(quota);
            }
            classes.setTable(context, i, table);
        }
        for (int i = data.importedTags; i < data.tags.size(); i++) {
            classes.setTag(context, i, Tag.of(data.tags.get(i).function()));
        }
        InstanceScope scope = new InstanceScope(instance);
        for (int i = 0; i < data.globalValues.size(); i++) {
            int index = data.importedGlobals + i;
            classes.setGlobal(context, index, data.globalValues.get(i).evaluate(scope));
        }
    }

    private static Table newTable(TableType type, HostBudget budget) {
        try {
            return Table.allocateWithin(type, budget);
        } catch (IllegalArgumentException e) {
            throw new LinkException(String.valueOf(e.getMessage()), e);
        }
    }

    private void initialiseTables() {
        InstanceScope scope = new InstanceScope(instance);
        for (int i = 0; i < data.elements.size(); i++) {
            ElementSegment segment = data.elements.get(i);
            ConstantExpression offset = segment.offset();
            if (offset != null && !isInTemplate(segment)) {
                int target = (int) java.util.Objects.requireNonNull(offset.evaluate(scope));
                instance.initTable(classes.table(context, segment.table()), i, target, 0, segment.size());
            }
            if (segment.mode() != ElementSegment.Mode.PASSIVE) {
                instance.dropElements(i);
            }
        }
    }

    private boolean isInTemplate(ElementSegment segment) {
        return segment.table() >= data.importedTables && classes.template(segment.table()) != null;
    }

    private void initialiseMemory() {
        InstanceScope scope = new InstanceScope(instance);
        for (int i = 0; i < data.data.size(); i++) {
            ModuleData.Data segment = data.data.get(i);
            ConstantExpression offset = segment.offset();
            if (offset != null) {
                int target = (int) java.util.Objects.requireNonNull(offset.evaluate(scope));
                ContextOperations.memoryInit(target, 0, segment.length(), i, context);
                instance.dropData(i);
            }
        }
    }
}
