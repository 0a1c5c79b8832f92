package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tuxloom.machine.Exit;

/** Programs under a mini kernel: loading, replacing, trapping, sharing and copying memory. */
@Timeout(60)
class ProgramTest {
    /** The kernel's side of a system call: number 1 prints a letter, number 2 execs program 1, 3 returns the argument, 4 halts. */
    private static final String SYSCALLS = """
            (func (export "syscall") (param $nr i32) (param $a i32) (param i32 i32 i32 i32 i32) (result i32)
              (if (i32.eq (local.get $nr) (i32.const 1)) (then (call $letter (local.get $a))))
              (if (i32.eq (local.get $nr) (i32.const 2)) (then
                (call $expect (call $exec1) (i32.const 0))
                (call $instantiate (i32.const 1))))
              (if (i32.eq (local.get $nr) (i32.const 4)) (then (call $halt)))
              (local.get $a))
            """;

    private static final String PROGRAM_PRELUDE = """
            (import "env" "memory" (memory 1 10 shared))
            (import "linux" "syscall" (func $sys (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
            (func $call (param $nr i32) (param $a i32)
              (drop (call $sys (local.get $nr) (local.get $a)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
            """;

    private static byte[] program(String fields) {
        return Wat.assemble("(module " + PROGRAM_PRELUDE + fields + ")");
    }

    private static MiniKernel kernel(String init) {
        return new MiniKernel()
                .add("""
                        (table (export "__indirect_function_table") 4 funcref)
                        (elem (i32.const 1) $init)
                        """)
                .add("(func $init (param i32) (local $i i32)" + init + "(call $terminate (i32.const 0)))");
    }

    @Test
    void programRunsAndCallsTheKernel() throws Exception {
        var outcome = kernel(
                        "(call $expect (call $exec0) (i32.const 0)) (call $instantiate (i32.const 1)) (call $call)")
                .program(program("(func (export \"_start\") (call $call (i32.const 1) (i32.const 65)))"))
                .add("(func (export \"syscall\") (param i32 i32 i32 i32 i32 i32 i32) (result i32)"
                        + " (call $letter (local.get 1)) (i32.const 0))")
                .boot();
        assertThat(outcome.console()).isEqualTo("A");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void execNeverReturnsToTheOldProgram() throws Exception {
        var outcome = kernel(
                        "(call $expect (call $exec0) (i32.const 0)) (call $instantiate (i32.const 1)) (call $call)")
                .program(program("(func (export \"_start\") (call $call (i32.const 1) (i32.const 65))"
                        + " (call $call (i32.const 2) (i32.const 0)) (call $call (i32.const 1) (i32.const 66)))"))
                .program(program("(func (export \"_start\") (call $call (i32.const 1) (i32.const 67)))"))
                .add(SYSCALLS)
                .boot();
        assertThat(outcome.console()).isEqualTo("AC");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void trapOfAProgramComesBackToTheKernel() throws Exception {
        var outcome = kernel("(call $expect (call $exec0) (i32.const 0)) (call $instantiate (i32.const 1))"
                        + " (call $call) (call $letter (i32.const 90))")
                .program(program("(func (export \"_start\") (unreachable))"))
                .boot();
        assertThat(outcome.console()).isEqualTo("Z");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
        assertThat(outcome.log()).anySatisfy(line -> assertThat(line).contains("init", "trapped", "unreachable"));
    }

    @Test
    void endlessRecursionOfAProgramIsItsOwnTrap() throws Exception {
        var outcome = kernel("(call $expect (call $exec0) (i32.const 0)) (call $instantiate (i32.const 1))"
                        + " (call $call) (call $letter (i32.const 90))")
                .program(program("(func $f (export \"_start\") (call $f) (call $f))"))
                .boot();
        assertThat(outcome.console()).isEqualTo("Z");
        assertThat(outcome.log()).anySatisfy(line -> assertThat(line).contains("call stack exhausted"));
    }

    @Test
    void trapOfTheKernelBelowAProgramIsAPanic() throws Exception {
        var outcome = kernel(
                        "(call $expect (call $exec0) (i32.const 0)) (call $instantiate (i32.const 1)) (call $call)")
                .program(program("(func (export \"_start\") (call $call (i32.const 1) (i32.const 65)))"))
                .add("(func (export \"syscall\") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable))")
                .boot();
        assertThat(outcome.exit()).isEqualTo(Exit.PANIC);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -8  | (module)                                                                        | env.memory
            -8  | (module (import "env" "memory" (memory 1 10)) (func (export "_start")))          | env.memory
            -8  | (module (import "env" "memory" (memory 1 10 shared)))                            | _start
            -8  | (module (import "env" "memory" (memory 1 10 shared)) (import "linux" "fork" (func)) (func (export "_start"))) | linux.fork
            -8  | (module (import "env" "memory" (memory 1 10 shared)) (import "linux" "syscall" (func)) (func (export "_start"))) | linux.syscall
            -8  | (module (import "env" "memory" (memory 1 10 shared)) (func $f (unreachable)) (start $f) (func (export "_start"))) | unreachable
            -8  | (module (import "env" "memory" (memory 1 10 shared)) (data (i32.const 65536) "x") (func (export "_start"))) | out of bounds
            -12 | (module (import "env" "memory" (memory 101 200 shared)) (func (export "_start"))) | 101
            """)
    void unfitProgramFailsItsExecWithTheRightNumberAndALineInTheLog(int errno, String wat, String reason)
            throws Exception {
        var outcome = kernel("(call $expect (call $exec0) (i32.const %d))".formatted(errno))
                .program(Wat.assemble(wat))
                .boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
        assertThat(outcome.log()).anySatisfy(line -> assertThat(line).contains("refused", reason));
    }

    @Test
    void textIsNoProgram() throws Exception {
        var outcome = kernel("(call $expect (call $exec0) (i32.const -8))")
                .program("#include <stdio.h>".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void loadingOutOfOrderOrOutOfRangeIsRefused() throws Exception {
        var outcome = kernel("""
                        (call $expect (call $compile_end (i32.const 100)) (i32.const -22))
                        (call $expect (call $compile_write (i32.const 0) (i32.const 0) (i32.const 1)) (i32.const -22))
                        (call $expect (call $compile_begin (i32.const 100)) (i32.const 0))
                        (call $expect (call $compile_write (i32.const 0) (i32.const 99) (i32.const 2)) (i32.const -22))
                        (call $expect (call $compile_write (i32.const 0) (i32.const -1) (i32.const 1)) (i32.const -22))
                        (call $expect (call $compile_write (i32.const -1) (i32.const 0) (i32.const 9)) (i32.const -14))
                        (call $compile_abort)
                        (call $expect (call $compile_end (i32.const 100)) (i32.const -22))
                        (call $expect (call $compile_begin (i32.const -1)) (i32.const -12))
                        """).boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void kernelReadsAndWritesTheMemoryOfTheProgramWithinItsBounds() throws Exception {
        var outcome = kernel("""
                        (call $expect (call $exec0) (i32.const 0))
                        (call $instantiate (i32.const 1))
                        (call $expect (call $read (i32.const 0x1000) (i32.const 0x10) (i32.const 5)) (i32.const 0))
                        (call $print (i32.const 0x1000) (i32.const 5))
                        (call $expect (call $write (i32.const 0x20) (i32.const 0x1001) (i32.const 1)) (i32.const 0))
                        (call $expect (call $read (i32.const 0x1000) (i32.const 0x20) (i32.const 1)) (i32.const 0))
                        (call $print (i32.const 0x1000) (i32.const 1))
                        (call $expect (call $write_zeroes (i32.const 0x10) (i32.const 3)) (i32.const 0))
                        (call $expect (call $read (i32.const 0x1000) (i32.const 0x10) (i32.const 4)) (i32.const 0))
                        (call $expect (i32.load (i32.const 0x1000)) (i32.const 0x6c000000))
                        (call $expect (call $read (i32.const 0x1000) (i32.const 65535) (i32.const 2)) (i32.const 1))
                        (call $expect (call $read (i32.const 0x1000) (i32.const 65536) (i32.const 2)) (i32.const 2))
                        (call $expect (call $read (i32.const -1) (i32.const 0x10) (i32.const 2)) (i32.const 2))
                        (call $expect (call $read (i32.const 0x1000) (i32.const -1) (i32.const 9)) (i32.const 9))
                        (call $expect (call $write (i32.const 65533) (i32.const 0x1000) (i32.const 4)) (i32.const 1))
                        (call $expect (call $write_zeroes (i32.const 65533) (i32.const -1)) (i32.const -4))
                        """)
                .program(program("(data (i32.const 0x10) \"hello\") (func (export \"_start\"))"))
                .boot();
        assertThat(outcome.console()).isEqualTo("helloe");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void futexOperationsAreThoseOfLinux() throws Exception {
        var outcome = kernel("""
                        (call $expect (call $exec0) (i32.const 0))
                        (call $instantiate (i32.const 1))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10) (i32.const 1) (i32.const 5)) (i32.const 0))
                        (call $expect (i32.load (i32.const 0x300)) (i32.const 12))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10) (i32.const 3) (i32.const 1)) (i32.const 0))
                        (call $expect (i32.load (i32.const 0x300)) (i32.const 17))
                        (call $expect (call $futex_cmpxchg (i32.const 0x300) (i32.const 0x10) (i32.const 99) (i32.const 1)) (i32.const 0))
                        (call $expect (i32.load (i32.const 0x300)) (i32.const 16))
                        (call $expect (call $futex_cmpxchg (i32.const 0x300) (i32.const 0x10) (i32.const 16) (i32.const 4)) (i32.const 0))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10) (i32.const 4) (i32.const 6)) (i32.const 0))
                        (call $expect (i32.load (i32.const 0x300)) (i32.const 4))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10) (i32.const 2) (i32.const 9)) (i32.const 0))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10) (i32.const 0) (i32.const 0)) (i32.const 0))
                        (call $expect (i32.load (i32.const 0x300)) (i32.const 11))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x11) (i32.const 0) (i32.const 0)) (i32.const -14))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10000) (i32.const 0) (i32.const 0)) (i32.const -14))
                        (call $expect (call $futex_op (i32.const 0x300) (i32.const 0x10) (i32.const 5) (i32.const 0)) (i32.const -38))
                        (call $expect (call $futex_cmpxchg (i32.const 0x300) (i32.const 0x12) (i32.const 0) (i32.const 0)) (i32.const -14))
                        """)
                .program(program("(data (i32.const 0x10) \"\\0c\") (func (export \"_start\"))"))
                .boot();
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }
}
