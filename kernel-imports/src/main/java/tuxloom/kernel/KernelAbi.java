package tuxloom.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tuxloom.engine.ExternType;
import tuxloom.engine.FunctionType;
import tuxloom.engine.HostFunctions;
import tuxloom.engine.Import;
import tuxloom.engine.Imports;
import tuxloom.engine.Instance;
import tuxloom.engine.MemoryType;
import tuxloom.engine.Module;
import tuxloom.engine.ValueType;
import tuxloom.engine.WasmImport;

/**
 * Which generation of the host ABI a kernel speaks (docs/host-abi.md, section 2), found from the names and types of its own imports,
 * and what it is given for them.
 */
final class KernelAbi {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final HostFunctions BOOT = HostFunctions.of(LOOKUP, BootImports.class);
    private static final HostFunctions BOOT_EARLY = HostFunctions.of(LOOKUP, BootImports.Early.class);
    private static final HostFunctions KERNEL = HostFunctions.of(LOOKUP, KernelImports.class);
    private static final HostFunctions KERNEL_EARLY = HostFunctions.of(LOOKUP, KernelImports.Early.class);
    private static final HostFunctions USER = HostFunctions.of(LOOKUP, UserImports.class);
    private static final HostFunctions USER_EARLY = HostFunctions.of(LOOKUP, UserImports.Early.class);
    private static final HostFunctions VIRTIO = HostFunctions.of(LOOKUP, VirtioImports.class);
    private static final HostFunctions VIRTIO_EARLY = HostFunctions.of(LOOKUP, VirtioImports.Early.class);

    /** Under this name a kernel's generation is kept from one process to the next. */
    private static final String GENERATION = "host-abi-generation";

    private static final FunctionType PROCEDURE = new FunctionType(List.of(), List.of());

    private final Generation generation;

    private KernelAbi(Generation generation) {
        this.generation = generation;
    }

    /** One import as the host has it in some generations. */
    private record Offer(String module, String name, FunctionType type, Generation from, Generation to) {
        static Offer of(Method method) {
            var imported = method.getAnnotation(WasmImport.class);
            var generations = method.getAnnotation(Generations.class);
            var from = generations == null ? Generation.A : generations.from();
            var to = generations == null ? Generation.F : generations.to();
            var parameters = Arrays.stream(method.getParameterTypes())
                    .map(Offer::valueType)
                    .toList();
            var results = method.getReturnType() == void.class
                    ? List.<ValueType>of()
                    : List.of(valueType(method.getReturnType()));
            return new Offer(imported.module(), imported.name(), new FunctionType(parameters, results), from, to);
        }

        private static ValueType valueType(Class<?> type) {
            return type == long.class ? ValueType.I64 : ValueType.I32;
        }

        boolean isNamed(Import anImport) {
            return module.equals(anImport.module()) && name.equals(anImport.name());
        }

        boolean fits(Import anImport, Generation wanted) {
            return isNamed(anImport) && type.equals(anImport.type()) && wanted.isBetween(from, to);
        }
    }

    /** Reading all annotations costs a cold JVM 50 ms, so it waits until somebody asks. */
    private static final class Offers {
        static final List<Offer> ALL = Stream.of(
                        BootImports.class,
                        BootImports.Early.class,
                        KernelImports.class,
                        KernelImports.Early.class,
                        UserImports.class,
                        UserImports.Early.class,
                        VirtioImports.class,
                        VirtioImports.Early.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(WasmImport.class))
                .map(Offer::of)
                .toList();

        private Offers() {}
    }

    /** Does what the first kernel that is not known would wait for, some 20 ms: for whoever waits for something else. */
    static void prepare() {
        var _ = Offers.ALL;
    }

    /**
     * Finds the generation of a kernel.
     *
     * @throws LinuxMachineException if it fits none, or is no kernel; the message lists what does not fit
     */
    static KernelAbi of(Module kernel, String kernelName) throws LinuxMachineException {
        var known = kernel.recalled(GENERATION);
        if (known != null) {
            return new KernelAbi(Generation.valueOf(known));
        }
        var generation = find(kernel, kernelName);
        kernel.remember(GENERATION, generation.name());
        return new KernelAbi(generation);
    }

    private static Generation find(Module kernel, String kernelName) throws LinuxMachineException {
        var best = bestCandidate(kernel);
        if (!best.misfits.isEmpty()) {
            throw new LinuxMachineException(
                    "%s fits no generation of the kernel's host ABI (tried A to F); what does not fit %s, the nearest: %s"
                            .formatted(kernelName, best.generation, describe(best.misfits)));
        }
        if (kernel.exports().stream()
                .noneMatch(
                        export -> export.name().equals("boot") && export.type().equals(PROCEDURE))) {
            throw new LinuxMachineException(
                    kernelName + " does not export a function boot without parameters and results: it is no kernel");
        }
        return best.generation;
    }

    /** Returns the newest of those that fit best. Looks no further than to one that fits: each takes milliseconds in a cold JVM. */
    private static Candidate bestCandidate(Module kernel) {
        Candidate best = null;
        for (var generation : List.of(Generation.values()).reversed()) {
            var candidate = new Candidate(generation, misfits(kernel, generation));
            if (candidate.misfits.isEmpty()) {
                return candidate;
            }
            if (best == null || candidate.misfits.size() < best.misfits.size()) {
                best = candidate;
            }
        }
        return Objects.requireNonNull(best);
    }

    private record Candidate(Generation generation, List<Import> misfits) {}

    private static List<Import> misfits(Module kernel, Generation generation) {
        List<Import> misfits = new ArrayList<>();
        for (var anImport : kernel.imports()) {
            if (!isMemory(anImport) && Offers.ALL.stream().noneMatch(offer -> offer.fits(anImport, generation))) {
                misfits.add(anImport);
            }
        }
        if (kernel.imports().stream().noneMatch(KernelAbi::isMemory)) {
            misfits.add(new Import("env", "memory", new FunctionType(List.of(), List.of())));
        }
        return misfits;
    }

    private static boolean isMemory(Import anImport) {
        return anImport.module().equals("env")
                && anImport.name().equals("memory")
                && anImport.type() instanceof MemoryType type
                && type.shared();
    }

    private static String describe(List<Import> misfits) {
        return misfits.stream().map(KernelAbi::describe).collect(Collectors.joining("; "));
    }

    private static String describe(Import misfit) {
        var name = misfit.module() + "." + misfit.name();
        if (name.equals("env.memory")) {
            return "it must import one shared memory env.memory";
        }
        var known = Offers.ALL.stream()
                .filter(offer -> offer.isNamed(misfit))
                .map(offer -> "%s in %s to %s".formatted(text(offer.type), offer.from, offer.to))
                .collect(Collectors.joining(", "));
        return name + " " + text(misfit.type()) + (known.isEmpty() ? " is unknown" : " is " + known);
    }

    private static String text(ExternType type) {
        return type instanceof FunctionType function
                ? function.parameters() + "->" + function.results()
                : type.toString();
    }

    Generation generation() {
        return generation;
    }

    /** Makes a kernel instance for {@code thread}, on that thread, with the imports of this generation. */
    Instance instantiate(KernelThread thread) {
        var imports = Imports.builder().add("env", "memory", thread.memory());
        var boot = new BootImports(thread);
        var kernel = new KernelImports(thread);
        var user = new UserImports(thread);
        var virtio = new VirtioImports(thread);
        BOOT.bind(boot, imports);
        KERNEL.bind(kernel, imports);
        USER.bind(user, imports);
        VIRTIO.bind(virtio, imports);
        // Where an older generation has another type for a name, it takes the place of the newer one.
        if (generation.compareTo(Generation.E) <= 0) {
            BOOT_EARLY.bind(new BootImports.Early(boot), imports);
        }
        if (generation.compareTo(Generation.D) <= 0) {
            KERNEL_EARLY.bind(new KernelImports.Early(kernel), imports);
            VIRTIO_EARLY.bind(new VirtioImports.Early(virtio), imports);
        }
        if (generation.compareTo(Generation.B) <= 0) {
            USER_EARLY.bind(new UserImports.Early(user), imports);
        }
        return Instance.instantiate(thread.host.module(), imports.build());
    }

    /** Returns what raises an interrupt in the kernel, to be called while nobody else uses {@code main}. */
    GuestCalls.Entry interruptEntry(Instance main) {
        if (main.export("trigger_irq").isPresent()) {
            return main.function("trigger_irq").as(GuestCalls.Entry.class);
        }
        if (main.export("trigger_irq_for_cpu").isPresent()) {
            var entry = main.function("trigger_irq_for_cpu").as(GuestCalls.BiEntry.class);
            return interrupt -> entry.call(0, interrupt);
        }
        return interrupt -> {
            throw new IllegalStateException("interrupt " + interrupt + " for a kernel that exports no trigger_irq");
        };
    }
}
