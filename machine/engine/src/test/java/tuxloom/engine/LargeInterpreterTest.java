package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.I64;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Interpreters beyond what a JVM method can hold: each case of the dispatching loop's switch is a method of its own. */
class LargeInterpreterTest {
    private int cases = 1_100;

    /** The first cases compute in a loop, so many of them. */
    private int looping;

    /** Cases that do not end with a branch go on with the next one. */
    private static final int FALLING = 7;

    /** A case that another index leads to as well. */
    private static final int TWICE = 12;

    /** A case that may throw. */
    private static final int THROWING = 40;

    private static final int COUNT = 0;
    private static final int X = 1;
    private static final int Y = 2;

    /** What the dispatching code reads; there is a zero. */
    private static final int ADDRESS = 3;

    /** Counts steps of a case that loops. */
    private static final int STEP = 4;

    private static final int STEPS = 6;
    private static final int I32_EQ = 0x46;
    private static final int I32_LT_S = 0x48;
    private static final int I32_GT_S = 0x4a;
    private static final int I32_AND = 0x71;

    private final WasmBuilder module = new WasmBuilder();

    /**
     * The loop of an interpreter; what a case computes shows in which order they ran.
     *
     * @param tag what a case throws, or -1
     * @param address what is read from the second round on
     */
    private WasmBuilder.Bytes loop(WasmBuilder.Bytes body, int tag, int address) {
        body.op(Opcode.LOOP, 0x40);
        for (int i = 0; i < cases + 2; i++) {
            body.op(Opcode.BLOCK, 0x40);
        }
        body.get(COUNT).i32(cases + 3).op(0x70);
        body.get(ADDRESS).op(Opcode.I32_LOAD, 2, 0).op(Opcode.I32_ADD);
        body.op(Opcode.BR_TABLE).u(cases + 1);
        for (int i = 0; i < cases; i++) {
            body.u(i);
        }
        body.u(TWICE).u(cases).end();
        for (int i = 0; i < cases; i++) {
            if (i < looping) {
                steps(body, i);
            } else {
                for (int step = 0; step < STEPS; step++) {
                    body.get(X)
                            .i32(31)
                            .op(Opcode.I32_MUL)
                            .i32(i)
                            .op(Opcode.I32_ADD)
                            .set(X);
                }
            }
            body.get(Y).get(X).op(0xac, Opcode.I64_ADD).set(Y);
            if (tag >= 0 && i == THROWING) {
                body.op(Opcode.THROW).u(tag);
            } else if (i % FALLING != 0) {
                body.op(Opcode.BR).u(cases - i);
            }
            body.end();
        }
        body.get(X).i32(7).op(Opcode.I32_ADD).set(X).end();
        body.i32(address).set(ADDRESS);
        body.get(COUNT).i32(1).op(Opcode.I32_SUB, Opcode.LOCAL_TEE).u(COUNT);
        return body.op(Opcode.BR_IF, 0).end();
    }

    /** The steps of a case as a loop, with two ways out of it to the same place, and a return that is never reached. */
    private static void steps(WasmBuilder.Bytes body, int number) {
        body.i32(0).set(STEP).op(Opcode.BLOCK, 0x40).op(Opcode.LOOP, 0x40);
        body.get(X).i32(31).op(Opcode.I32_MUL).i32(number).op(Opcode.I32_ADD).set(X);
        body.get(STEP).i32(1).op(Opcode.I32_ADD, Opcode.LOCAL_TEE).u(STEP);
        body.i32(STEPS).op(I32_EQ).i32(number % 2).op(I32_AND, Opcode.BR_IF, 1);
        body.get(STEP)
                .i32(STEPS)
                .op(I32_GT_S, Opcode.IF, 0x40)
                .i64(-1)
                .op(Opcode.RETURN)
                .end();
        body.get(STEP).i32(STEPS).op(I32_LT_S, Opcode.BR_IF, 0).end().end();
    }

    private static WasmBuilder.Bytes sum(WasmBuilder.Bytes body) {
        return body.get(Y).get(X).op(0xac, Opcode.I64_ADD).end();
    }

    private Function run(WasmBuilder.Bytes body) {
        module.export("run", type(List.of(I32), List.of(I64)), List.of(I32, I64, I32, I32), body);
        return module.instantiate().function("run");
    }

    private Function plain() {
        module.memory(1, 1);
        return run(sum(loop(code(), -1, 0)));
    }

    private long expected(int rounds, boolean caught) {
        int x = 0;
        long y = 0;
        for (int count = rounds; count != 0; count--) {
            int index = Integer.remainderUnsigned(count, cases + 3);
            boolean on = true;
            for (int i = index == cases ? TWICE : index; on && i < cases; i++) {
                for (int step = 0; step < STEPS; step++) {
                    x = x * 31 + i;
                }
                y += x;
                if (caught && i == THROWING) {
                    return y + x;
                }
                on = i % FALLING == 0;
            }
            if (on) {
                x += 7;
            }
        }
        return y + x;
    }

    @Test
    void allCasesRunInTheirOrder() {
        Function run = plain();

        for (int count : new int[] {1, 2, TWICE, cases - 1, cases, cases + 1, cases + 2, 10_000}) {
            assertThat(run.invoke(count)).isEqualTo(expected(count, false));
        }
    }

    @Test
    void casesBeyondTheNumberOfPartsShareMethods() {
        cases = 3_000;
        Function run = plain();

        for (int count : new int[] {1, cases - 1, cases, cases + 2, 10_000}) {
            assertThat(run.invoke(count)).isEqualTo(expected(count, false));
        }
    }

    @Test
    void interpreterIsDividedAlthoughAMethodCouldHoldIt() {
        cases = 40;
        Function run = plain();

        assertThat(run.invoke(10_000)).isEqualTo(expected(10_000, false));
        assertThat(classes()).containsKey("test/X0p0");
    }

    @Test
    void interpreterOfFewCasesIsNot() {
        cases = 28;
        Function run = plain();

        assertThat(run.invoke(10_000)).isEqualTo(expected(10_000, false));
        assertThat(classes()).doesNotContainKey("test/X0p0");
    }

    @Test
    void interpreterWhoseCasesLoopIsNotDivided() {
        cases = 40;
        looping = 40;
        Function run = plain();

        assertThat(run.invoke(10_000)).isEqualTo(expected(10_000, false));
        assertThat(classes()).doesNotContainKey("test/X0p0");
    }

    @Test
    void loopOfACaseIsAMethodWithLocalsOfItsOwn() {
        cases = 500;
        looping = 20;
        Function run = plain();

        for (int count : new int[] {1, 2, 19, 20, cases, 10_000}) {
            assertThat(run.invoke(count)).isEqualTo(expected(count, false));
        }
        assertThat(ClassFile.of().parse(classes().get("test/X0p0")).methods())
                .extracting(method -> method.methodName().stringValue())
                .contains("run~loop0", "run~loop19");
    }

    private Map<String, byte[]> classes() {
        ModuleData data = module.parse().data();
        Map<String, byte[]> classes = new HashMap<>();
        new ClassGenerator(data, names(data)).generateAll(classes);
        return classes;
    }

    private static ModuleCode names(ModuleData data) {
        return new ModuleCode(data, new NameSection(data), "test/", new int[0], ModuleCode.GROUP);
    }

    @Test
    void exceptionOfACaseIsCaughtAroundTheLoop() {
        module.memory(1, 1);
        int tag = module.tag(type(List.of(), List.of()));
        WasmBuilder.Bytes body = loop(code().op(Opcode.TRY, 0x40), tag, 0)
                .op(Opcode.CATCH)
                .u(tag)
                .end();
        Function run = run(sum(body));

        for (int count : new int[] {1, THROWING - 1, THROWING, cases, 10_000}) {
            assertThat(run.invoke(count)).isEqualTo(expected(count, true));
        }
    }

    @Test
    void trapInTheDispatchingCodeShowsTheFunctionOnce() {
        module.memory(1, 1);
        Function run = run(sum(loop(code(), -1, -4)));

        Trap trap = catchThrowableOfType(Trap.class, () -> run.invoke(5));

        assertThat(trap.kind()).isEqualTo(Trap.Kind.OUT_OF_BOUNDS_MEMORY);
        assertThat(trap.wasmStack()).hasSize(1);
    }

    private LargeFunction divided() {
        module.memory(1, 1);
        module.export("run", type(List.of(I32), List.of(I64)), List.of(I32, I64, I32, I32), sum(loop(code(), -1, 0)));
        ModuleData data = module.parse().data();
        ModuleCode names = names(data);
        var translator = new FunctionTranslator(data, names);
        translator.validate(0);
        var large = new LargeFunction(names, 0, "test.X0", Set.copyOf(translator.dispatchingLoops));
        translator.compile(0, large, new Outliner(names, "run~loop", data.functionType(0), large::writer, List.of()));
        return large;
    }

    /** Returns the methods of the parts, in the order of the function's code. */
    private List<MethodModel> parts() {
        List<MethodModel> methods = new ArrayList<>();
        divided()
                .partClasses()
                .values()
                .forEach(file -> methods.addAll(ClassFile.of().parse(file).methods()));
        methods.sort(Comparator.comparingInt(method -> {
            String name = method.methodName().stringValue();
            return Integer.parseInt(name.substring(name.indexOf(LargeFunction.PART_MARK) + 1));
        }));
        return methods;
    }

    @Test
    void dispatcherHasSwitchesOfFewCasesOnly() {
        LargeFunction large = divided();
        large.partClasses();

        MethodModel dispatcher =
                ClassFile.of().parse(large.mainClass()).methods().getFirst();

        assertThat(dispatcher.code().orElseThrow().elementStream())
                .filteredOn(TableSwitchInstruction.class::isInstance)
                .hasSizeGreaterThan(cases / 32)
                .allSatisfy(element ->
                        assertThat(((TableSwitchInstruction) element).cases()).hasSizeLessThanOrEqualTo(64));
    }

    private static boolean hasSwitch(MethodModel method) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .anyMatch(element ->
                        element instanceof TableSwitchInstruction || element instanceof LookupSwitchInstruction);
    }

    /** Says whether a method calls another part. */
    private static boolean calls(MethodModel method, MethodModel part) {
        return method.code()
                .orElseThrow()
                .elementStream()
                .anyMatch(element ->
                        element instanceof InvokeInstruction call && call.name().equals(part.methodName()));
    }

    @Test
    void casesAreMethodsThatCallTheDispatchingOne() {
        List<MethodModel> parts = parts();

        // The code before the loop, the dispatching part, one for each case, what follows all cases, the code behind
        // the loop.
        assertThat(parts).hasSize(1 + 1 + cases + 2 + 1);
        MethodModel dispatching = parts.get(1);
        MethodModel next = parts.get(1 + cases + 2);
        assertThat(parts).noneMatch(LargeInterpreterTest::hasSwitch);
        assertThat(calls(next, dispatching)).isTrue();
        for (int i = 0; i < cases; i++) {
            assertThat(calls(parts.get(2 + i), next)).isEqualTo(i % FALLING != 0);
        }
    }
}
