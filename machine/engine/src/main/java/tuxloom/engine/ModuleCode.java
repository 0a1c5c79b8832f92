package tuxloom.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the generated code of a module is named and divided: classes of some functions, one method each; the
 * context class {@code C} with the module's state; a class {@code T<n>} for each function that becomes a reference; classes
 * {@code S<n>} and {@code B<n>} for indirect calls.
 */
final class ModuleCode {
    /** Where all generated classes of modules are: here, or in a package of the module's own below. */
    static final String PACKAGE = "tuxloom/guest/";

    /** Functions that share a class unless more is known about them. */
    static final int GROUP = 16;

    /**
     * Functions that share a class of those that an earlier process called. All of a kernel do: each class that calls a function has to be
     * linked with it. Their constant pool is far from full.
     */
    static final int CALLED_GROUP = 8_192;

    private static final int MAXIMUM_NAME = 120;
    private static final int KIND_FUNCTION = 1;
    private static final int KIND_GLOBAL = 2;
    private static final int KIND_TABLE = 3;
    private static final int KIND_TAG = 4;

    final ModuleData module;

    /** The package of this module's classes, with a slash at its end. */
    final String packageName;

    /** Internal name of the context class. */
    final String context;

    final String contextDescriptor;
    private final NameSection names;

    /** The functions that an earlier process called. */
    private final int[] called;

    /** How many of the others share a class. */
    private final int groupSize;

    /** Made when asked for, which a module whose classes are all there does not need. */
    private @Nullable FunctionGroups groups;

    /** Made when asked for, as {@link #groups}. */
    private @Nullable TableNumbers tableNumbers;

    private final Shape[] shapes;
    private final @Nullable String[] descriptors;

    /** Made when asked for; threads that ask at the same time make the same. */
    private final @Nullable String[] plainNames;

    private final @Nullable String[] methodNames;

    /**
     * @param called functions that an earlier process called, in the order of their first calls
     * @param groupSize how many of the others share a class
     */
    ModuleCode(ModuleData module, NameSection names, String packageName, int[] called, int groupSize) {
        this.module = module;
        this.packageName = packageName;
        context = packageName + "C";
        contextDescriptor = "L" + context + ";";
        this.names = names;
        this.called = called;
        this.groupSize = groupSize;
        Map<FunctionType, Shape> known = new HashMap<>();
        shapes = new Shape[module.types.size()];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = known.computeIfAbsent(module.types.get(i), Shape::of);
        }
        descriptors = new @Nullable String[shapes.length];
        plainNames = new @Nullable String[module.functionCount];
        methodNames = new @Nullable String[module.functionCount];
    }

    /** Returns the same code as later processes have it. */
    ModuleCode recorded(int[] called) {
        return new ModuleCode(module, names, packageName, called, GROUP);
    }

    /** Returns which functions share a class. */
    FunctionGroups groups() {
        FunctionGroups known = groups;
        if (known == null) {
            known = new FunctionGroups(module, called, CALLED_GROUP, groupSize);
            groups = known;
        }
        return known;
    }

    /** Returns the numbers of the functions in table 0, for those that call them. */
    TableNumbers tableNumbers() {
        TableNumbers known = tableNumbers;
        if (known == null) {
            int[] elements = module.tables.isEmpty() ? null : TableTemplate.indexes(module, 0);
            known = new TableNumbers(module, elements, called);
            tableNumbers = known;
        }
        return known;
    }

    /** Returns the method that makes indirect calls of a type through table 0, whose functions have numbers. */
    int switchRef(ConstantPool pool, int type) {
        return pool.method(
                packageName + "S" + tableNumbers().canonical(type), TableSwitches.METHOD, switchDescriptor(type));
    }

    /** Returns the descriptor of a switch over functions of a type: parameters, element or number, context. */
    String switchDescriptor(int type) {
        return Signatures.descriptor(module.types.get(type), "I" + contextDescriptor);
    }

    Shape shape(int type) {
        return shapes[type];
    }

    /** Returns the descriptor of the methods of functions of a type: parameters, then context. */
    String descriptor(int type) {
        String descriptor = descriptors[type];
        if (descriptor == null) {
            descriptor = Signatures.descriptor(module.types.get(type), contextDescriptor);
            descriptors[type] = descriptor;
        }
        return descriptor;
    }

    String className(int function) {
        return function < module.importedFunctions ? context : packageName + "F" + groups().of(function);
    }

    /** Returns the name of the function's method: what the name section says, as far as the JVM allows, made unique. */
    String methodName(int function) {
        String name = methodNames[function];
        if (name == null) {
            name = uniqueName(function);
            methodNames[function] = name;
        }
        return name;
    }

    /** Returns the name of the method with the function's code, which nobody calls directly if it makes tail calls. */
    String bodyName(int function) {
        String name = methodName(function);
        return module.isTailCaller(function) ? name + LargeFunction.PART_MARK + "t" : name;
    }

    int bodyRef(ConstantPool pool, int function) {
        return pool.method(className(function), bodyName(function), descriptor(module.functionTypes[function]));
    }

    /** Returns the function that a class and a method were made from, or -1: the inverse of the naming. */
    int function(String className, String method) {
        String simple = className.substring(className.lastIndexOf('.') + 1);
        int number = Integer.parseInt(simple, 1, simple.length(), 10);
        if (simple.charAt(0) == 'X') {
            return number;
        }
        String name = GuestStack.withoutPart(method);
        for (int function : groups().members(number)) {
            if (methodName(function).equals(name)) {
                return function;
            }
        }
        return -1;
    }

    private String uniqueName(int function) {
        String name = plainName(function);
        if (function < module.importedFunctions) {
            return name + "#" + function;
        }
        for (int other : groups().members(groups().of(function))) {
            if (other == function) {
                break;
            }
            if (plainName(other).equals(name)) {
                return name + "#" + function;
            }
        }
        return name;
    }

    private String plainName(int function) {
        String name = plainNames[function];
        if (name == null) {
            name = plain(function, names.functionName(function));
            plainNames[function] = name;
        }
        return name;
    }

    private static String plain(int function, String name) {
        if (isPlain(name)) {
            return name;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < Math.min(name.length(), MAXIMUM_NAME); i++) {
            plain.append(isPlain(name.charAt(i)) ? name.charAt(i) : '_');
        }
        return plain.isEmpty() ? "func" + function : plain.toString();
    }

    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isPlain(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAXIMUM_NAME;
    }

    private static boolean isPlain(char c) {
        return c > 0x20
                && c < 0x7f
                && c != '.'
                && c != ';'
                && c != '['
                && c != '/'
                && c != LargeFunction.PART_MARK
                && c != '<'
                && c != '>';
    }

    int methodRef(ConstantPool pool, int function) {
        int index = pool.recall(KIND_FUNCTION, function);
        if (index == 0) {
            index = pool.method(className(function), methodName(function), descriptor(module.functionTypes[function]));
            pool.remember(KIND_FUNCTION, function, index);
        }
        return index;
    }

    int globalRef(ConstantPool pool, int global) {
        int index = pool.recall(KIND_GLOBAL, global);
        if (index == 0) {
            index = pool.field(context, "g" + global, globalDescriptor(global));
            pool.remember(KIND_GLOBAL, global, index);
        }
        return index;
    }

    /** Returns the field with the second half of a vector. */
    int globalHighRef(ConstantPool pool, int global) {
        return pool.field(context, "g" + global + "h", "J");
    }

    String globalDescriptor(int global) {
        ValueType type = module.globals.get(global).valueType();
        return module.isCell(global) ? "Ltuxloom/engine/Global;" : type == ValueType.V128 ? "J" : type.descriptor;
    }

    /** Says whether the context has the value of a global in two fields. */
    boolean isInTwoFields(int global) {
        return !module.isCell(global) && module.globals.get(global).valueType() == ValueType.V128;
    }

    int tableRef(ConstantPool pool, int table) {
        int index = pool.recall(KIND_TABLE, table);
        if (index == 0) {
            index = pool.field(context, "t" + table, "Ltuxloom/engine/Table;");
            pool.remember(KIND_TABLE, table, index);
        }
        return index;
    }

    int tagRef(ConstantPool pool, int tag) {
        int index = pool.recall(KIND_TAG, tag);
        if (index == 0) {
            index = pool.field(context, "e" + tag, "Ltuxloom/engine/Tag;");
            pool.remember(KIND_TAG, tag, index);
        }
        return index;
    }

    List<ValueType> results(int type) {
        return module.types.get(type).results();
    }
}
