package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tuxloom.engine.Module;

class KernelSectionsTest {
    @Test
    void tableInTheCustomSectionIsRead() throws Exception {
        assertThat(KernelSections.parse("{ \"__param\": [1024, 20],\n\".init.setup\" : [ 2048 , 4 ] }"))
                .containsEntry("__param", new LinuxDeviceTree.Range(1024, 20))
                .containsEntry(".init.setup", new LinuxDeviceTree.Range(2048, 4))
                .hasSize(2);
        assertThat(KernelSections.parse(" {} ")).isEmpty();
    }

    @Test
    void brokenTableIsRefused() {
        assertThatThrownBy(() -> KernelSections.parse("[1]")).hasMessageContaining(".linux.sections");
        assertThatThrownBy(() -> KernelSections.parse("{\"a\": [1]}")).hasMessageContaining("byte 1");
        assertThatThrownBy(() -> KernelSections.parse("{\"a\": [1, 2] \"b\": [1, 2]}"))
                .isInstanceOf(LinuxMachineException.class);
        assertThatThrownBy(() -> KernelSections.parse("{\"a\": [1, 2],}")).isInstanceOf(LinuxMachineException.class);
    }

    @Test
    void tableOfOlderKernelsComesFromTheirStartFunction() throws Exception {
        var kernel = Module.parse(Wat.assemble("""
                (module (import "env" "memory" (memory 4 4 shared))
                  (data $.rodata "r") (data $__param "pp") (data $.initcall6.init "calls") (data $.data..percpu "x")
                  (func $__wasm_init_memory
                    (block $done (block $wait (block $init
                      (br_table $init $wait $done
                        (i32.atomic.rmw.cmpxchg (i32.const 0x20000) (i32.const 0) (i32.const 1))))
                      (memory.init $.rodata (i32.const 1024) (i32.const 0) (i32.const 1))
                      (memory.init $__param (i32.const 0x10000) (i32.const 0) (i32.const 2))
                      (memory.init $.initcall6.init (i32.const 0x10010) (i32.const 0) (i32.const 5))
                      (memory.fill (i32.const 0x18000) (i32.const 0) (i32.const 64))
                      (i32.atomic.store (i32.const 0x20000) (i32.const 2))
                      (drop (memory.atomic.notify (i32.const 0x20000) (i32.const -1)))
                      (br $done))
                      (drop (memory.atomic.wait32 (i32.const 0x20000) (i32.const 1) (i64.const -1))))
                    (data.drop $.rodata))
                  (start $__wasm_init_memory))
                """));
        assertThat(KernelSections.of(kernel))
                .containsEntry("__param", new LinuxDeviceTree.Range(0x10000, 2))
                .containsEntry(".initcall6.init", new LinuxDeviceTree.Range(0x10010, 5))
                .hasSize(2);
    }

    @Test
    void kernelWithoutSuchSegmentsNeedsNoTable() throws Exception {
        var kernel = Module.parse(Wat.assemble("(module (memory 1) (data $.rodata \"r\"))"));
        assertThat(KernelSections.of(kernel)).isEmpty();
    }
}
