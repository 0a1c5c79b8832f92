package tuxloom.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tuxloom.engine.StackPointer;
import tuxloom.machine.Exit;

/** Programs that compute, and programs that use up their stack, under a mini kernel (docs/host-abi.md, sections 6 and 8). */
@Timeout(120)
class InterruptsTest {
    /** Where the mini kernel has its interrupt words: look_at, count, stride; at 0x440 bits, deadline, idle, task of CPU 0. */
    private static final String WORDS = """
            (data (i32.const 0x408) "\\01\\00\\00\\00\\40\\00\\00\\00")
            (func (export "interrupt_words") (result i32) (i32.const 0x400))
            (func $call_host
              (if (i64.ne (i64.atomic.rmw.xchg (i32.const 0x400) (i64.const 0)) (i64.const 0))
                (then (drop (memory.atomic.notify (i32.const 0x400) (i32.const 1))))))
            """;

    /** Boots a program after {@code before}; {@code taken} is what the kernel does when it is to take interrupts. */
    private static MiniKernel kernel(String before, String taken) {
        return new MiniKernel().add(WORDS).add("""
                (table (export "__indirect_function_table") 4 funcref)
                (elem (i32.const 1) $init $other)
                (global $sp (export "__stack_pointer") (mut i32) (i32.const 1000))
                (func $init (param $task i32)
                  (call $expect (call $exec0) (i32.const 0))
                  (call $instantiate (i32.const 1))
                  ;; not as data, which each instance of the kernel would write again
                  (i64.atomic.store (i32.const 0x448) (i64.const -1))
                  (i32.atomic.store (i32.const 0x454) (local.get $task))
                  %s
                  (call $call)
                  (call $expect (global.get $sp) (i32.const 1000))
                  (call $letter (i32.const 46))
                  (call $terminate (i32.const 0)))
                (func $set_deadline (param $after i64)
                  (i64.atomic.store (i32.const 0x448) (i64.add (call $now) (local.get $after)))
                  (call $call_host))
                (func (export "copy_siginfo") (param i32) (result i32) (local.get 0))
                (func (export "clear_siginfo"))
                (func (export "take_interrupts")
                  (i64.atomic.store (i32.const 0x440) (i64.const 0))
                  (i64.atomic.store (i32.const 0x448) (i64.const -1))
                  (global.set $sp (i32.const 900))
                  %s
                  (global.set $sp (i32.const 1000)))
                (func (export "syscall") (param $nr i32) (param $a i32) (param i32 i32 i32 i32 i32) (result i32)
                  (if (i32.eq (local.get $nr) (i32.const 1)) (then (call $letter (local.get $a))))
                  (i32.const 0))
                """.formatted(before, taken)).add("""
                (func $other (param i32)
                  (call $await (i32.const 0x200))
                  (call $letter (i32.const 111))
                  (call $terminate (i32.const 0)))
                """);
    }

    /** Table entries 3 and 4 are a handler and its trampoline; the program runs {@code start} while global $on is not 0. */
    private static byte[] program(String start, String handler) {
        return Wat.assemble("""
                (module
                  (import "env" "memory" (memory 1 10 shared))
                  (import "linux" "syscall" (func $sys (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
                  (tag $jump)
                  (global $on (mut i32) (i32.const 1))
                  (table (export "__indirect_function_table") 6 funcref)
                  (elem (i32.const 3) $handler $trampoline)
                  (func $trampoline (param $fn i32) (param $sig i32)
                    (call_indirect (param i32) (local.get $sig) (local.get $fn)))
                  (func $call (param $nr i32) (param $a i32)
                    (drop (call $sys (local.get $nr) (local.get $a)
                      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
                  (func $handler (param $sig i32) %s)
                  (func $recurse (param $depth i32) (result i32)
                    (call $call (i32.const 2) (local.get $depth))
                    (i32.add (call $recurse (i32.add (local.get $depth) (i32.const 1))) (i32.const 1)))
                  (func (export "_start") %s))
                """.formatted(handler, start));
    }

    private static final String LOOP = "(loop $again (br_if $again (global.get $on)))";
    private static final String SIGNAL =
            "(drop (call $call_siginfo_handler (i32.const 4) (i32.const 3) (i32.const 72)))";

    @Test
    void loopTakesInterruptsWhenItsCpusTimerIsDueAndGoesOn() throws Exception {
        var outcome = kernel("(call $set_deadline (i64.const 5000000))", "(call $letter (i32.const 116))" + SIGNAL)
                .program(program(LOOP + "(call $call (i32.const 1) (i32.const 65))", "(global.set $on (i32.const 0))"))
                .boot();

        assertThat(outcome.console()).isEqualTo("tA.");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
    }

    @Test
    void loopTakesInterruptsThatArePending() throws Exception {
        var outcome = kernel("(i64.atomic.store (i32.const 0x440) (i64.const 2)) (call $call_host)", SIGNAL)
                .program(program(LOOP, "(global.set $on (i32.const 0))"))
                .boot();

        assertThat(outcome.console()).isEqualTo(".");
    }

    @Test
    void timerIsDueAgainAndAgain() throws Exception {
        var outcome = kernel("(call $set_deadline (i64.const 1000000))", """
                        (call $letter (i32.const 116))
                        (i32.store (i32.const 0x300) (i32.add (i32.load (i32.const 0x300)) (i32.const 1)))
                        (if (i32.lt_u (i32.load (i32.const 0x300)) (i32.const 4))
                          (then (call $set_deadline (i64.const 1000000)))
                          (else %s))
                        """.formatted(SIGNAL))
                .program(program(LOOP, "(global.set $on (i32.const 0))"))
                .boot();

        assertThat(outcome.console()).isEqualTo("tttt.");
    }

    @Test
    void handlerMayLeaveALoopByAJumpAndPutsTheKernelsStackBack() throws Exception {
        var outcome = kernel("(call $set_deadline (i64.const 1000000))", SIGNAL)
                .program(program(
                        "(try (do " + LOOP + ") (catch $jump (call $call (i32.const 1) (i32.const 74))))",
                        "(throw $jump)"))
                .boot();

        assertThat(outcome.console()).isEqualTo("J.");
    }

    @Test
    void taskThatTheKernelEndsThereIsGone() throws Exception {
        var outcome = kernel(
                        "(drop (call $spawn (i32.const 2) (i32.const 9) (i32.const 0x100) (i32.const 4) (i32.const 0)))"
                                + "(call $set_deadline (i64.const 1000000))",
                        "(call $wake (i32.const 0x200)) (call $halt)")
                .program(program(LOOP, ""))
                .boot();

        assertThat(outcome.console()).isEqualTo("o");
    }

    @Test
    void idleCpusAreNotDisturbed() throws Exception {
        // Its deadline has passed for long, but it sleeps until then itself.
        var outcome = kernel(
                        "(i32.atomic.store (i32.const 0x450) (i32.const 1)) (call $set_deadline (i64.const -1000000000))",
                        "(call $letter (i32.const 116))")
                .program(program("""
                        (local $i i32)
                        (loop $again
                          (br_if $again (i32.lt_u
                            (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000000))))
                        """, ""))
                .boot();

        assertThat(outcome.console()).isEqualTo(".");
    }

    @Test
    void kernelWithoutTheExportsRunsItsProgramsToTheirEnd() throws Exception {
        var outcome = new MiniKernel().add("""
                        (table (export "__indirect_function_table") 4 funcref)
                        (elem (i32.const 1) $init)
                        (func $init (param i32)
                          (call $expect (call $exec0) (i32.const 0))
                          (call $instantiate (i32.const 1))
                          (call $call)
                          (call $terminate (i32.const 0)))
                        (func (export "syscall") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
                          (call $letter (local.get 1)) (i32.const 0))
                        """).program(program("""
                        (local $i i32)
                        (loop $again
                          (br_if $again (i32.lt_u
                            (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000000))))
                        (call $call (i32.const 1) (i32.const 65))
                        """, "")).boot();

        assertThat(outcome.console()).isEqualTo("A");
        assertThat(outcome.log()).contains("this kernel does not interrupt programs");
    }

    @Test
    void kernelWhoseWordsMakeNoSenseIsRefusedWithTheNumbers() throws Exception {
        var outcome = new MiniKernel().add("""
                (table (export "__indirect_function_table") 4 funcref)
                (elem (i32.const 1) $init)
                (func $init (param i32) (call $await (i32.const 0x200)))
                (func (export "take_interrupts"))
                (func (export "interrupt_words") (result i32) (i32.const 0x400))
                """).boot();

        assertThat(outcome.exit()).isEqualTo(Exit.HOST_ERROR);
        assertThat(outcome.log()).anyMatch(line -> line.contains("0x400 announce 0 CPUs of 0 bytes"));
    }

    @Test
    void recursionThatCallsTheKernelAtEachLevelTrapsInTheProgram() throws Exception {
        assertThat(StackPointer.prepare()).as("stack pointers can be read").isTrue();

        var outcome = kernel("", "")
                .program(program("(drop (call $recurse (i32.const 0))) (call $call (i32.const 1) (i32.const 65))", ""))
                .boot();

        assertThat(outcome.console()).as("the call returns to the kernel").isEqualTo(".");
        assertThat(outcome.exit()).isEqualTo(Exit.POWER_OFF);
        assertThat(outcome.log()).anyMatch(line -> line.contains("call stack exhausted") && line.contains("recurse"));
    }
}
