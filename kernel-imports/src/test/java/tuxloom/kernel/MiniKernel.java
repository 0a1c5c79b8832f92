package tuxloom.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import tuxloom.machine.Exit;
import tuxloom.machine.HostLog;

/**
 * A kernel of a few lines of WebAssembly text that speaks generation F. Its {@code boot} spawns the worker {@code $init}, entry 1 of
 * the table. A test adds functions (among them {@code $init}), a table and data; programs to exec lie from 0x10000 on.
 */
final class MiniKernel {
    static final int PROGRAM_ADDRESS = 0x10000;
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final String PRELUDE = """
            (import "env" "memory" (memory 4 1024 shared))
            (import "boot" "get_devicetree" (func $get_devicetree (param i32 i32) (result i32)))
            (import "boot" "get_initramfs" (func $get_initramfs (param i32 i32) (result i32)))
            (import "kernel" "boot_console_write" (func $print (param i32 i32)))
            (import "kernel" "spawn_worker" (func $spawn (param i32 i32 i32 i32 i32) (result i32)))
            (import "kernel" "run_on_main" (func $run_on_main (param i32 i32)))
            (import "kernel" "halt_worker" (func $halt))
            (import "kernel" "terminate_machine" (func $terminate (param i32)))
            (import "kernel" "get_now_nsec" (func $now (result i64)))
            (import "kernel" "get_stacktrace" (func $stacktrace (param i32 i32)))
            (import "kernel" "return_address" (func $return_address (param i32) (result i32)))
            (import "user" "compile_begin" (func $compile_begin (param i32) (result i32)))
            (import "user" "compile_write" (func $compile_write (param i32 i32 i32) (result i32)))
            (import "user" "compile_end" (func $compile_end (param i32) (result i32)))
            (import "user" "compile_abort" (func $compile_abort))
            (import "user" "instantiate" (func $instantiate (param i32)))
            (import "user" "call" (func $call))
            (import "user" "switch_entry" (func $switch_entry (param i32 i32)))
            (import "user" "call_signal_handler" (func $call_signal_handler (param i32 i32)))
            (import "user" "call_siginfo_handler" (func $call_siginfo_handler (param i32 i32 i32) (result i32)))
            (import "user" "read" (func $read (param i32 i32 i32) (result i32)))
            (import "user" "write" (func $write (param i32 i32 i32) (result i32)))
            (import "user" "write_zeroes" (func $write_zeroes (param i32 i32) (result i32)))
            (import "user" "futex_atomic_op" (func $futex_op (param i32 i32 i32 i32) (result i32)))
            (import "user" "futex_atomic_cmpxchg" (func $futex_cmpxchg (param i32 i32 i32 i32) (result i32)))
            (data (i32.const 0x100) "init")
            ;; prints one letter
            (func $letter (param $c i32)
              (i32.store8 (i32.const 0x110) (local.get $c))
              (call $print (i32.const 0x110) (i32.const 1)))
            ;; stops the machine as if the kernel had panicked, unless the values are equal
            (func $expect (param $actual i32) (param $wanted i32)
              (if (i32.ne (local.get $actual) (local.get $wanted)) (then
                (call $letter (i32.const 33))
                (call $terminate (i32.const 1)))))
            ;; waits until the word is not zero
            (func $await (param $word i32)
              (loop $again
                (if (i32.eqz (i32.atomic.load (local.get $word))) (then
                  (drop (memory.atomic.wait32 (local.get $word) (i32.const 0) (i64.const -1)))
                  (br $again)))))
            (func $wake (param $word i32)
              (i32.atomic.store (local.get $word) (i32.const 1))
              (drop (memory.atomic.notify (local.get $word) (i32.const 1))))
            (func $exec (param $start i32) (param $length i32) (result i32)
              (drop (call $compile_begin (local.get $length)))
              (drop (call $compile_write (local.get $start) (i32.const 0) (local.get $length)))
              (call $compile_end (i32.const 100)))
            """;

    private final StringBuilder text = new StringBuilder(PRELUDE);
    private final List<Integer> programEnds = new ArrayList<>();
    private String bootCode = "";
    private int nextProgram = PROGRAM_ADDRESS;

    /** What a machine did until it ended. */
    record Outcome(Exit exit, String console, List<String> log) {}

    MiniKernel add(String watFields) {
        text.append(watFields).append('\n');
        return this;
    }

    /** Puts a program into kernel memory; {@code $execN} then loads the N-th one, and returns what compile_end said. */
    MiniKernel program(byte[] wasm) {
        text.append("(data (i32.const %d) \"%s\")%n".formatted(nextProgram, Wat.escape(wasm)));
        text.append("(func $exec%d (result i32) (call $exec (i32.const %d) (i32.const %d)))%n"
                .formatted(programEnds.size(), nextProgram, wasm.length));
        nextProgram += wasm.length;
        programEnds.add(nextProgram);
        return this;
    }

    /** Adds instructions to {@code boot}, after it has spawned the first worker. */
    MiniKernel atBoot(String instructions) {
        bootCode = instructions;
        return this;
    }

    byte[] assemble() {
        text.append("""
                (func (export "boot")
                  (drop (call $spawn (i32.const 1) (i32.const 7) (i32.const 0x100) (i32.const 4) (i32.const 0)))
                  %s)
                """.formatted(bootCode));
        return Wat.assemble("(module\n" + text + ")\n");
    }

    Outcome boot() throws Exception {
        return boot(assemble(), 2);
    }

    static Outcome boot(byte[] kernel, int cpus) throws Exception {
        var console = new ByteArrayOutputStream();
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        try (var machine = LinuxMachine.start(config(kernel, cpus, console, log))) {
            if (!machine.await(TIMEOUT)) {
                throw new AssertionError(machine.report("the guest does not end; it printed \""
                        + console.toString(StandardCharsets.UTF_8) + "\", the host " + log));
            }
            return new Outcome(machine.await(), console.toString(StandardCharsets.UTF_8), log);
        }
    }

    static LinuxMachineConfig config(byte[] kernel, int cpus, ByteArrayOutputStream console, List<String> log) {
        return new LinuxMachineConfig(
                "mini.wasm",
                kernel,
                Optional.empty(),
                "quiet",
                cpus,
                64 << 20,
                List.of(),
                (bytes, length) -> console.write(bytes, 0, length),
                LinuxMachineConfig.DEFAULT_PATIENCE,
                HostLog.of(log::add, true));
    }
}
