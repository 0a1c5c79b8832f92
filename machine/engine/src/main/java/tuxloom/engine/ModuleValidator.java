package tuxloom.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Checks all function bodies of a module; those of a large one on several threads. */
final class ModuleValidator {
    /** Below this much code, starting a thread costs more than it gains. */
    private static final int SMALL_BYTES = 256 * 1024;

    private static final int MAXIMUM_THREADS = 4;

    /** Functions that a thread takes at a time. */
    private static final int BATCH = 64;

    private final ModuleData module;
    private final ModuleCode names;
    private final AtomicInteger next = new AtomicInteger();

    /** Guarded by this. The earliest fault of those found, so that the outcome does not depend on timing. */
    private @Nullable InvalidModuleException fault;

    private ModuleValidator(ModuleData module, ModuleCode names) {
        this.module = module;
        this.names = names;
    }

    /** @throws InvalidModuleException for the first function in the module that is not valid */
    static void validate(ModuleData module, ModuleCode names) {
        new ModuleValidator(module, names).run();
    }

    private void run() {
        int bodies = module.bodyStart.length;
        if (bodies == 0) {
            return;
        }
        int codeBytes = module.bodyEnd[bodies - 1] - module.bodyStart[0];
        int helpers = codeBytes < SMALL_BYTES
                ? 0
                : Math.min(MAXIMUM_THREADS, Runtime.getRuntime().availableProcessors()) - 1;
        if (helpers == 0) {
            validateBatches();
        } else {
            validateWith(helpers);
        }
        InvalidModuleException found = earliest(null);
        if (found != null) {
            throw found;
        }
    }

    private void validateWith(int helpers) {
        List<Future<?>> outcomes = new ArrayList<>();
        ThreadFactory threads =
                Thread.ofPlatform().daemon().name("wasm-validator").factory();
        try (ExecutorService executor = Executors.newFixedThreadPool(helpers, threads)) {
            for (int i = 0; i < helpers; i++) {
                outcomes.add(executor.submit(this::validateBatches));
            }
            validateBatches();
        }
        for (Future<?> outcome : outcomes) {
            if (outcome.state() == Future.State.FAILED) {
                throw new IllegalStateException("validation failed", outcome.exceptionNow());
            }
        }
    }

    private void validateBatches() {
        FunctionTranslator translator = new FunctionTranslator(module, names);
        int bodies = module.bodyStart.length;
        for (int first = next.getAndAdd(BATCH); first < bodies; first = next.getAndAdd(BATCH)) {
            try {
                for (int body = first; body < Math.min(bodies, first + BATCH); body++) {
                    translator.validate(module.importedFunctions + body);
                }
            } catch (InvalidModuleException e) {
                earliest(e);
                return;
            }
        }
    }

    /** Takes notice of a fault; returns the earliest known. */
    private synchronized @Nullable InvalidModuleException earliest(@Nullable InvalidModuleException found) {
        if (found != null && (fault == null || found.offset() < fault.offset())) {
            fault = found;
        }
        return fault;
    }
}
