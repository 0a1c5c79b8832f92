package tuxloom.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tuxloom.engine.WasmBuilder.I32;
import static tuxloom.engine.WasmBuilder.code;
import static tuxloom.engine.WasmBuilder.type;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for the second and later instances of a module, whose imports are found where those of the first one were. */
class ImportPlanTest {
    private static final FunctionType ANSWER = type(List.of(), List.of(I32));

    private final WasmBuilder module = new WasmBuilder();

    /** A host whose functions tell instances apart. */
    static final class Host {
        private static final HostFunctions FUNCTIONS = HostFunctions.of(MethodHandles.lookup(), Host.class);

        private final int number;

        Host(int number) {
            this.number = number;
        }

        @WasmImport(module = "host", name = "number")
        int number() {
            return number;
        }
    }

    private static Imports.Builder host(int number) {
        Imports.Builder imports = Imports.builder();
        Host.FUNCTIONS.bind(new Host(number), imports);
        return imports;
    }

    private static Function constant(int value) {
        return Function.of(ANSWER, arguments -> new Object[] {value});
    }

    private static Memory memory(long maximum) throws MemoryAllocationException {
        return Memory.allocate(new MemoryType(new Limits(1, OptionalLong.of(maximum)), true));
    }

    private Module asking() {
        int number = module.importFunction("host", "number", ANSWER);
        module.export("ask", ANSWER, List.of(), code().call(number).end());
        return module.parse();
    }

    private static @Nullable Object ask(Module asking, Imports imports) {
        return Instance.instantiate(asking, imports).function("ask").invoke();
    }

    @Test
    void eachInstanceCallsItsOwnReceiver() {
        Module asking = asking();
        Instance first = Instance.instantiate(asking, host(1).build());
        Instance second = Instance.instantiate(asking, host(2).build());

        assertThat(first.function("ask").invoke()).isEqualTo(1);
        assertThat(second.function("ask").invoke()).isEqualTo(2);
    }

    @Test
    void whatWasAddedLastIsMeantWhereverItComesFrom() {
        Module asking = asking();
        Imports.Builder hostLast = Imports.builder().add("host", "number", constant(3));
        Host.FUNCTIONS.bind(new Host(1), hostLast);

        assertThat(ask(asking, host(1).add("host", "number", constant(3)).build()))
                .isEqualTo(3);
        assertThat(ask(asking, hostLast.build())).isEqualTo(1);
        assertThat(ask(asking, host(1).add("host", "other", constant(3)).build()))
                .isEqualTo(1);
    }

    @Test
    void whatIsMissingLaterIsNamed() {
        Module asking = asking();

        assertThat(ask(asking, host(1).build())).isEqualTo(1);
        assertThatThrownBy(() -> ask(asking, Imports.builder().build()))
                .isInstanceOf(LinkException.class)
                .hasMessageStartingWith("unknown import host.number");
        assertThat(ask(asking, host(2).build())).isEqualTo(2);
    }

    @Test
    void aHostFunctionOfAnotherTypeIsRefusedEachTime() {
        module.importFunction("host", "number", type(List.of(I32), List.of()));
        Module asking = module.parse();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Instance.instantiate(asking, host(1).build()))
                    .isInstanceOf(LinkException.class)
                    .hasMessageStartingWith("incompatible import type: host.number");
        }
    }

    @Test
    void valuesOfTheSameNameAreLookedAtEachTime() throws MemoryAllocationException {
        module.importSharedMemory("env", "memory", 1, 4);
        Module sharing = module.parse();
        Imports small = Imports.builder().add("env", "memory", memory(4)).build();
        Imports large = Imports.builder().add("env", "memory", memory(5)).build();

        assertThat(Instance.instantiate(sharing, small)).isNotNull();
        assertThatThrownBy(() -> Instance.instantiate(sharing, large))
                .isInstanceOf(LinkException.class)
                .hasMessageStartingWith("incompatible import type: env.memory");
    }

    @Test
    void aReceiverOfAnotherClassIsRefused() {
        assertThatThrownBy(() -> Host.FUNCTIONS.bind("no host", Imports.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no host is no");
    }
}
