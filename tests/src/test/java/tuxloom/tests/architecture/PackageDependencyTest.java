package tuxloom.tests.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The modules use each other in one direction: console, kernel, virtio, machine, engine, access; images is a leaf. */
final class PackageDependencyTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("tuxloom");

    @Test
    void everyModuleUsesOnlyTheModulesBelowIt() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("console")
                .definedBy("tuxloom.console..")
                .layer("images")
                .definedBy("tuxloom.images..")
                .layer("kernel")
                .definedBy("tuxloom.kernel..")
                .layer("virtio")
                .definedBy("tuxloom.virtio..")
                .layer("machine")
                .definedBy("tuxloom.machine..")
                .layer("engine")
                .definedBy("tuxloom.engine..")
                .layer("access")
                .definedBy("tuxloom.access..")
                .whereLayer("console")
                .mayOnlyAccessLayers("images", "kernel", "virtio", "machine", "engine")
                .whereLayer("images")
                .mayNotAccessAnyLayer()
                .whereLayer("kernel")
                .mayOnlyAccessLayers("virtio", "machine", "engine")
                .whereLayer("virtio")
                .mayOnlyAccessLayers("machine", "engine")
                .whereLayer("machine")
                .mayOnlyAccessLayers("engine")
                .whereLayer("engine")
                .mayOnlyAccessLayers("access")
                .whereLayer("access")
                .mayNotAccessAnyLayer()
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("tuxloom.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
