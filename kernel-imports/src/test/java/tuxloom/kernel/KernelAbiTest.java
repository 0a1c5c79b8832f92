package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tuxloom.engine.Module;
import tuxloom.machine.Exit;
import tuxloom.machine.HostLog;

@Timeout(60)
class KernelAbiTest {
    private static final String MEMORY = "(import \"env\" \"memory\" (memory 1 100 shared))";

    private static Module kernel(String fields) {
        return Module.parse(Wat.assemble("(module " + MEMORY + fields + "(func (export \"boot\")))"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            A | (import "kernel" "halt" (func))
            B | (import "kernel" "halt_worker" (func)) (import "user" "instantiate" (func))
            D | (import "user" "compile" (func (param i32 i32) (result i32))) (import "user" "instantiate" (func (param i32)))
            D | (import "kernel" "spawn_worker" (func (param i32 i32 i32 i32 i32))) (import "user" "futex_atomic_op" (func (param i32 i32 i32 i32) (result i32)))
            E | (import "user" "compile_begin" (func (param i32) (result i32))) (import "boot" "get_devicetree" (func (param i32 i32)))
            F | (import "kernel" "terminate_machine" (func (param i32)))
            F | (import "kernel" "return_address" (func (param i32) (result i32)))
            """)
    void newestGenerationThatFitsEveryImportIsTaken(Generation generation, String imports) throws Exception {
        assertThat(KernelAbi.of(kernel(imports), "k.wasm").generation()).isEqualTo(generation);
    }

    @Test
    void everyImportThatFitsNoGenerationIsListed() {
        var kernel = kernel("""
                (import "kernel" "terminate_machine" (func (param i32)))
                (import "kernel" "fly" (func (param i64)))
                (import "user" "call" (func (result i32)))
                """);
        assertThatThrownBy(() -> KernelAbi.of(kernel, "k.wasm"))
                .isInstanceOf(LinuxMachineException.class)
                .hasMessageContainingAll("k.wasm", "A to F", "kernel.fly", "unknown", "user.call", "[i32]")
                .hasMessageNotContaining("terminate_machine");
    }

    @Test
    void mixtureOfGenerationsIsRefused() {
        var kernel = kernel("""
                (import "kernel" "terminate_machine" (func (param i32)))
                (import "user" "compile" (func (param i32 i32) (result i32)))
                """);
        assertThatThrownBy(() -> KernelAbi.of(kernel, "k.wasm")).hasMessageContaining("user.compile");
    }

    @Test
    void programIsNoKernel() {
        var program = Module.parse(Wat.assemble("(module " + MEMORY
                + "(import \"linux\" \"syscall\" (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))"
                + "(func (export \"_start\")))"));
        assertThatThrownBy(() -> KernelAbi.of(program, "busybox.wasm")).hasMessageContaining("linux.syscall");
    }

    @Test
    void moduleWithoutBootIsNoKernel() {
        var module = Module.parse(Wat.assemble("(module " + MEMORY + ")"));
        assertThatThrownBy(() -> KernelAbi.of(module, "k.wasm")).hasMessageContainingAll("k.wasm", "boot");
    }

    @Test
    void kernelWithoutSharedMemoryIsRefused() {
        var module = Module.parse(Wat.assemble("(module (func (export \"boot\")))"));
        assertThatThrownBy(() -> KernelAbi.of(module, "k.wasm")).hasMessageContaining("env.memory");
    }

    @Test
    void textIsNoKernel() {
        assertThatThrownBy(() -> start("Linux!".getBytes(StandardCharsets.US_ASCII), Optional.empty(), 64))
                .isInstanceOf(LinuxMachineException.class)
                .hasMessageContainingAll("k.wasm", "no valid WebAssembly module");
    }

    @Test
    void tooLittleMemoryIsRefusedWithBothSizes() {
        var module =
                Wat.assemble("(module (import \"env\" \"memory\" (memory 100 200 shared)) (func (export \"boot\")))");
        assertThatThrownBy(() -> start(module, Optional.empty(), 4))
                .isInstanceOf(LinuxMachineException.class)
                .hasMessageContainingAll("4 MiB", "12 MiB");
    }

    @Test
    void tooMuchMemoryIsRefused() {
        var module = Wat.assemble("(module " + MEMORY + "(func (export \"boot\")))");
        assertThatThrownBy(() -> start(module, Optional.empty(), 1_000_000))
                .isInstanceOf(LinuxMachineException.class)
                .hasMessageContaining("1000000 MiB");
    }

    @Test
    void missingInitrdIsRefusedByName(@TempDir Path folder) {
        var module = Wat.assemble("(module " + MEMORY + "(func (export \"boot\")))");
        assertThatThrownBy(() -> start(module, Optional.of(folder.resolve("none.cpio")), 64))
                .isInstanceOf(LinuxMachineException.class)
                .hasMessageContainingAll("none.cpio", "does not exist");
        assertThatThrownBy(() -> start(module, Optional.of(folder), 64)).hasMessageContaining("not a regular file");
    }

    @Test
    void initrdLiesRightBehindTheMinimumOfTheKernel(@TempDir Path folder) throws Exception {
        var initrd = folder.resolve("initrd");
        Files.writeString(initrd, "initrd!");
        var kernel = Wat.assemble("""
                (module (import "env" "memory" (memory 1 100 shared))
                  (import "kernel" "boot_console_write" (func $print (param i32 i32)))
                  (import "kernel" "terminate_machine" (func $terminate (param i32)))
                  (func (export "boot")
                    (call $print (i32.const 65536) (i32.const 7))
                    (call $terminate (i32.sub (memory.size) (i32.const 2)))))
                """);
        var printed = new ByteArrayOutputStream();
        var config = config(kernel, Optional.of(initrd), 64, printed, new ArrayList<>());
        try (var machine = LinuxMachine.start(config)) {
            assertThat(machine.await()).isEqualTo(Exit.POWER_OFF);
        }
        assertThat(printed).hasToString("initrd!");
    }

    @Test
    void kernelOfGenerationBRunsAProgram() throws Exception {
        var program = Wat.assemble("""
                (module (import "env" "memory" (memory 1 100 shared))
                  (import "linux" "syscall" (func $sys (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
                  (import "linux" "get_args_length" (func $args (result i32)))
                  (table (export "__indirect_function_table") 4 funcref) (elem (i32.const 3) $handler)
                  (func $say (param i32) (drop (call $sys (local.get 0) (i32.const 0) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0))))
                  (func $handler (param i32) (call $say (local.get 0)) (call $say (i32.const 1)) (unreachable))
                  (func (export "_start") (call $say (call $args)) (call $say (i32.const 2)) (call $say (i32.const 68))))
                """);
        var kernel = Wat.assemble("""
                (module (import "env" "memory" (memory 1 1000 shared))
                  (import "boot" "get_devicetree" (func $tree (param i32 i32)))
                  (import "kernel" "boot_console_write" (func $print (param i32 i32)))
                  (import "kernel" "halt_worker" (func $halt))
                  (import "kernel" "spawn_worker" (func $spawn (param i32 i32 i32 i32 i32)))
                  (import "user" "compile" (func $compile (param i32 i32) (result i32)))
                  (import "user" "instantiate" (func $instantiate))
                  (import "user" "call" (func $call))
                  (import "user" "call_signal_handler" (func $signal (param i32 i32)))
                  (import "user" "halt_signal_handler" (func $halt_signal))
                  (table (export "__indirect_function_table") 4 funcref) (elem (i32.const 1) $init)
                  (data (i32.const 0x8000) "%s")
                  (func $letter (param i32) (i32.store8 (i32.const 16) (local.get 0)) (call $print (i32.const 16) (i32.const 1)))
                  (func (export "boot")
                    (call $tree (i32.const 0x1000) (i32.const 2048))
                    (call $spawn (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
                  (func $init (param i32)
                    (if (call $compile (i32.const 0x8000) (i32.const %d)) (then (unreachable)))
                    (call $instantiate) (call $call) (call $letter (i32.const 69)) (unreachable))
                  (func (export "get_args_length") (result i32) (i32.const 65))
                  (func (export "syscall") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
                    (if (i32.eq (local.get 0) (i32.const 1)) (then (call $halt_signal)))
                    (if (i32.eq (local.get 0) (i32.const 2)) (then
                      (call $signal (i32.const 3) (i32.const 66)) (call $letter (i32.const 67)) (return (i32.const 0))))
                    (call $letter (local.get 0)) (i32.const 0)))
                """.formatted(Wat.escape(program), program.length));
        var outcome = MiniKernel.boot(kernel, 1);
        assertThat(outcome.console())
                .as("arguments, handler, after the handler, program, kernel")
                .isEqualTo("ABCDE");
        assertThat(outcome.exit()).as("the kernel's last instruction traps").isEqualTo(Exit.PANIC);
        assertThat(outcome.log()).anyMatch(line -> line.contains("generation B"));
    }

    private static void start(byte[] kernel, Optional<Path> initrd, int memoryMebibytes) throws Exception {
        LinuxMachine.start(config(kernel, initrd, memoryMebibytes, new ByteArrayOutputStream(), new ArrayList<>()))
                .close();
    }

    private static LinuxMachineConfig config(
            byte[] kernel,
            Optional<Path> initrd,
            int memoryMebibytes,
            ByteArrayOutputStream console,
            List<String> log) {
        return new LinuxMachineConfig(
                "k.wasm",
                kernel,
                initrd,
                "",
                1,
                (long) memoryMebibytes << 20,
                List.of(),
                (bytes, length) -> console.write(bytes, 0, length),
                LinuxMachineConfig.DEFAULT_PATIENCE,
                HostLog.of(log::add, true));
    }
}
